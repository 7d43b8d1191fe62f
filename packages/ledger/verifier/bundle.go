package main

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// maxFile bounds what is read of one file of a bundle.
const maxFile = 4 << 30

// shown is a record that a proof shows; its line has no newline.
type shown struct {
	N    int64  `json:"n"`
	Line string `json:"line"`
	Salt []byte `json:"salt"`
}

// blockProof is one block with some of its records; of the others the commitments.
type blockProof struct {
	Leaf    int64    `json:"leaf"`
	Entry   string   `json:"entry"`
	Path    []string `json:"path"`
	Records []shown  `json:"records"`
	Others  [][]byte `json:"others"`
}

// logProof is what an outsider needs to see that records were written.
type logProof struct {
	V          int          `json:"v"`
	Vkey       string       `json:"vkey"`
	Checkpoint string       `json:"checkpoint"`
	Blocks     []blockProof `json:"blocks"`
}

// evidence is the list of a bundle.
type evidence struct {
	V         int    `json:"v"`
	ID        string `json:"id"`
	Broadcast string `json:"broadcast"`
	Asked     struct {
		From int64 `json:"from"`
		To   int64 `json:"to"`
	} `json:"asked"`
	Parts []struct {
		File   string `json:"file"`
		Hash   string `json:"hash"`
		FromMs int64  `json:"fromMs"`
		ToMs   int64  `json:"toMs"`
	} `json:"parts"`
	Recorded []struct {
		File string `json:"file"`
		N    int64  `json:"n"`
	} `json:"recorded"`
	Proofs map[string]logProof `json:"proofs"`
}

// record is what of a record the list speaks of.
type record struct {
	N         int64  `json:"n"`
	Kind      string `json:"kind"`
	ID        string `json:"id"`
	Broadcast string `json:"broadcast"`
	Hash      string `json:"hash"`
	line      string
}

// custody is what a record evidence.clipped says of its bundle. Stretches and Shown are nil in clips of before.
type custody struct {
	Parts     []string   `json:"parts"`
	From      int64      `json:"from"`
	To        int64      `json:"to"`
	Stretches [][2]int64 `json:"stretches"`
	Shown     *string    `json:"shown"`
}

// prove gives the records of a proof by number, once every hash was made again.
func (p logProof) prove() (map[int64]record, error) {
	verifier, err := note.NewVerifier(p.Vkey)
	if err != nil {
		return nil, err
	}
	opened, err := note.Open([]byte(p.Checkpoint), note.VerifierList(verifier))
	if err != nil {
		return nil, err
	}
	head := strings.Split(opened.Text, "\n")
	if len(head) != 4 || head[0] != verifier.Name() {
		return nil, errors.New("the checkpoint has another form or origin")
	}
	size, err := strconv.ParseInt(head[1], 10, 64)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(head[2])
	if err != nil {
		return nil, err
	}
	records := map[int64]record{}
	for _, b := range p.Blocks {
		leaf := tlog.RecordHash([]byte(b.Entry))
		if err := tlog.CheckRecord(hashes(b.Path), size, root, b.Leaf, leaf); err != nil {
			return nil, fmt.Errorf("leaf %d: %w", b.Leaf, err)
		}
		if err := b.check(records); err != nil {
			return nil, err
		}
	}
	return records, nil
}

// check makes the digest of a block again, and adds the records that it shows.
func (b blockProof) check(records map[int64]record) error {
	var said block
	if err := json.Unmarshal([]byte(b.Entry), &said); err != nil {
		return err
	}
	if len(b.Records)+len(b.Others) != said.Count {
		return fmt.Errorf("the block of record %d has not %d records", said.First, said.Count)
	}
	known := map[int64]shown{}
	for _, one := range b.Records {
		known[one.N] = one
	}
	digest, rest := sha256.New(), b.Others
	for n := said.First; n < said.First+int64(said.Count); n++ {
		one, ok := known[n]
		if !ok {
			if len(rest) == 0 {
				return fmt.Errorf("record %d is neither shown nor committed to", n)
			}
			digest.Write(rest[0])
			rest = rest[1:]
			continue
		}
		commitment := sha256.Sum256(append(append([]byte{}, one.Salt...), one.Line...))
		digest.Write(commitment[:])
		var r record
		if err := json.Unmarshal([]byte(one.Line), &r); err != nil {
			return err
		}
		if r.N != n {
			return fmt.Errorf("record %d bears another number", n)
		}
		r.line = one.Line
		records[n] = r
	}
	if !bytes.Equal(digest.Sum(nil), said.Digest) {
		return fmt.Errorf("the block of record %d is not what its leaf says", said.First)
	}
	return nil
}

// verifyBundle checks an evidence bundle from itself alone: records, recorded files, and whose clip it is. That the
// frames of a clip stand in the recorded files it leaves to a tool that knows MP4; the log names the clip's hash.
func verifyBundle(path string) (string, error) {
	archive, err := zip.OpenReader(path)
	if err != nil {
		return "", err
	}
	defer archive.Close()
	files := map[string]*zip.File{}
	for _, file := range archive.File {
		files[file.Name] = file
	}
	read := func(name string) ([]byte, error) {
		if files[name] == nil {
			return nil, fmt.Errorf("%s is missing", name)
		}
		reader, err := files[name].Open()
		if err != nil {
			return nil, err
		}
		defer reader.Close()
		return io.ReadAll(io.LimitReader(reader, maxFile))
	}
	list, err := read("evidence.json")
	if err != nil {
		return "", err
	}
	var e evidence
	if err := json.Unmarshal(list, &e); err != nil {
		return "", err
	}
	logs := map[string]map[int64]record{}
	var names []string
	for log, proof := range e.Proofs {
		if logs[log], err = proof.prove(); err != nil {
			return "", fmt.Errorf("%s: %w", log, err)
		}
		if !strings.HasSuffix(strings.SplitN(proof.Vkey, "+", 2)[0], "/"+log) {
			return "", fmt.Errorf("the proof of %s is of another log", log)
		}
		names = append(names, fmt.Sprintf("%d of %s", len(logs[log]), log))
	}
	is := func(name, want string) error {
		data, err := read(name)
		if err != nil {
			return err
		}
		if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != want {
			return fmt.Errorf("%s was altered", name)
		}
		return nil
	}
	for _, one := range e.Recorded {
		r := logs["content"][one.N]
		if r.Kind != "segment.recorded" || r.Broadcast != e.Broadcast {
			return "", fmt.Errorf("no record proves %s", one.File)
		}
		if err := is(one.File, r.Hash); err != nil {
			return "", err
		}
	}
	for _, part := range e.Parts {
		if err := is(part.File, part.Hash); err != nil {
			return "", err
		}
	}
	for _, r := range logs["access"] {
		if r.Kind == "evidence.clipped" && r.ID == e.ID && r.Broadcast == e.Broadcast {
			sort.Strings(names)
			return strings.Join(names, ", "), e.isTaken(r.line, logs)
		}
	}
	return "", errors.New("no record says who took this clip")
}

// isTaken holds what the bundle says of itself against the record of its taking: its clips, their times, its records.
func (e evidence) isTaken(line string, logs map[string]map[int64]record) error {
	var r custody
	if err := json.Unmarshal([]byte(line), &r); err != nil {
		return err
	}
	if r.From != e.Asked.From || r.To != e.Asked.To {
		return errors.New("who took the clip asked for another stretch")
	}
	if len(r.Parts) != len(e.Parts) || (r.Stretches != nil && len(r.Stretches) != len(e.Parts)) {
		return errors.New("who took the clip took other parts")
	}
	for i, part := range e.Parts {
		if r.Parts[i] != part.Hash {
			return errors.New("who took the clip took another one")
		}
		if r.Stretches != nil && r.Stretches[i] != [2]int64{part.FromMs, part.ToMs} {
			return errors.New("a clip is of other times than the bundle says")
		}
	}
	if r.Shown == nil {
		return nil
	}
	digest := sha256.New()
	for _, log := range []string{"content", "moderation"} {
		var numbers []int64
		for n := range logs[log] {
			numbers = append(numbers, n)
		}
		sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
		for _, n := range numbers {
			fmt.Fprintf(digest, "%s %d\n", log, n)
		}
	}
	if hex.EncodeToString(digest.Sum(nil)) != *r.Shown {
		return errors.New("the bundle has other records than were taken")
	}
	return nil
}
