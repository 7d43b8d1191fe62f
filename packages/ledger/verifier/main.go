// A verifier of Weir's ledger that shares no code with it: written from packages/ledger/FORMAT.md, on
// golang.org/x/mod/sumdb/note and tlog. Reads one store and writes nothing.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verifier .
//	verifier bundle EVIDENCE.zip
//	verifier DATA/ledger [KEK [VKEY-OF-WITNESS]...]
//
// Prints a line a log; status 1 where something does not hold.
package main

import (
	"bufio"
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/ed25519"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const tileHeight = 8

// block is what an entry of the tree says.
type block struct {
	Count  int    `json:"count"`
	Day    string `json:"day"`
	Digest []byte `json:"digest"`
	First  int64  `json:"first"`
	Marks  []byte `json:"marks"`
	V      int    `json:"v"`
	// The leaf that begins an epoch (v 2) has no records.
	Epoch      int    `json:"epoch"`
	Of         string `json:"of"`
	Checkpoint string `json:"checkpoint"`
	After      struct {
		Leaves int64 `json:"leaves"`
		Record int64 `json:"record"`
	} `json:"after"`
	Kept int64 `json:"kept"`
	Lost struct {
		Leaves int64  `json:"leaves"`
		Since  string `json:"since"`
	} `json:"lost"`
}

// tiles reads the tiles of one log from its folder.
type tiles struct{ dir string }

func (t tiles) Height() int { return tileHeight }

func (t tiles) ReadTiles(want []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range want {
		path := filepath.Join(t.dir, strings.Replace(tile.Path(), "tile/8/", "tile/", 1))
		data, err := os.ReadFile(path)
		if os.IsNotExist(err) {
			// A partial tile may go once the full one is there.
			data, err = os.ReadFile(strings.Split(path, ".p/")[0])
		}
		if err != nil {
			return nil, err
		}
		if len(data) < tile.W*tlog.HashSize {
			return nil, fmt.Errorf("%s is cut short", path)
		}
		all = append(all, data[:tile.W*tlog.HashSize])
	}
	return all, nil
}

func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}

// witness verifies cosignatures of C2SP tlog-cosignature (Ed25519), for which x/mod has no key type.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) (witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return witness{}, errors.New("this is no verifier key")
	}
	raw, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(raw) != 33 || raw[0] != 4 {
		return witness{}, errors.New("this is no key of a witness")
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), raw...))
	if fmt.Sprintf("%x", id[:4]) != parts[1] {
		return witness{}, errors.New("the key has another id")
	}
	return witness{parts[0], binary.BigEndian.Uint32(id[:4]), raw[1:]}, nil
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(text, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	message := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(sig), text)
	return ed25519.Verify(w.key, []byte(message), sig[8:])
}

// checkpoint opens a log's signed tree head; every witness given must have signed it.
func checkpoint(dir string, witnesses []note.Verifier) (tlog.Tree, string, error) {
	vkey, err := os.ReadFile(filepath.Join(dir, "vkey"))
	if err != nil {
		return tlog.Tree{}, "", err
	}
	verifier, err := note.NewVerifier(strings.TrimSuffix(string(vkey), "\n"))
	if err != nil {
		return tlog.Tree{}, "", err
	}
	data, err := os.ReadFile(filepath.Join(dir, "checkpoint"))
	if os.IsNotExist(err) {
		return tlog.Tree{}, verifier.Name(), nil
	} else if err != nil {
		return tlog.Tree{}, "", err
	}
	opened, err := note.Open(data, note.VerifierList(append(witnesses, verifier)...))
	if err != nil {
		return tlog.Tree{}, "", err
	}
	if len(opened.Sigs) != 1+len(witnesses) {
		return tlog.Tree{}, "", errors.New("a witness has not signed the checkpoint")
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		return tlog.Tree{}, "", errors.New("the checkpoint has another form or origin")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return tlog.Tree{}, "", err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, verifier.Name(), err
}

// entries reads the entries of a tree, each checked against its leaf hash.
func entries(dir string, tree tlog.Tree) ([]block, error) {
	hashes := tlog.TileHashReader(tree, tiles{dir})
	root, err := tlog.TreeHash(tree.N, hashes)
	if err != nil {
		return nil, err
	}
	if root != tree.Hash {
		return nil, errors.New("the tiles have another root than the checkpoint")
	}
	var blocks []block
	for from := int64(0); from < tree.N; from += 1 << tileHeight {
		width := int(tree.N - from)
		if width > 1<<tileHeight {
			width = 1 << tileHeight
		}
		tile := tlog.Tile{H: tileHeight, L: 0, N: from >> tileHeight, W: width}
		name := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
		bundle, err := os.ReadFile(filepath.Join(dir, name))
		if os.IsNotExist(err) {
			bundle, err = os.ReadFile(filepath.Join(dir, strings.Split(name, ".p/")[0]))
		}
		if err != nil {
			return nil, err
		}
		for i := int64(0); i < int64(width); i++ {
			if len(bundle) < 2 {
				return nil, fmt.Errorf("%s is cut short", name)
			}
			length := int(binary.BigEndian.Uint16(bundle))
			if len(bundle) < 2+length {
				return nil, fmt.Errorf("%s is cut short", name)
			}
			entry := bundle[2 : 2+length]
			bundle = bundle[2+length:]
			leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, from+i)})
			if err != nil {
				return nil, err
			}
			if tlog.RecordHash(entry) != leaf[0] {
				return nil, fmt.Errorf("entry %d is not what its leaf says", from+i)
			}
			proof, err := tlog.ProveRecord(tree.N, from+i, hashes)
			if err != nil {
				return nil, err
			}
			if err := tlog.CheckRecord(proof, tree.N, tree.Hash, from+i, leaf[0]); err != nil {
				return nil, err
			}
			var one block
			if err := json.Unmarshal(entry, &one); err != nil {
				return nil, err
			}
			blocks = append(blocks, one)
		}
	}
	return blocks, nil
}

// destroyed has the labels of which a key was destroyed; a clock set back may have given one another.
var destroyed = map[string]bool{}

// dayKeys unwraps the slots of a key file; a destroyed key is there with none.
func dayKeys(store, kekPath string) (map[string][]byte, error) {
	kek, err := os.ReadFile(kekPath)
	if err != nil {
		return nil, err
	}
	file, err := os.ReadFile(filepath.Join(store, "keys.slots"))
	if err != nil {
		return nil, err
	}
	aesBlock, err := aes.NewCipher(kek)
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(aesBlock)
	if err != nil {
		return nil, err
	}
	keys := map[string][]byte{}
	for ; len(file) >= 128; file = file[128:] {
		label := string(bytes.TrimRight(file[1:64], "\x00"))
		switch file[0] {
		case 1:
			key, err := gcm.Open(nil, file[64:76], file[76:124], []byte(label))
			if err != nil {
				return nil, fmt.Errorf("the key of %s: %w", label, err)
			}
			keys[label] = key
		case 2:
			destroyed[label] = true
			if _, ok := keys[label]; !ok {
				keys[label] = nil
			}
		}
	}
	return keys, nil
}

// saltKey is HKDF-SHA-256 of a day's key, no salt, 32 bytes: one round.
func saltKey(dayKey []byte, label string) []byte {
	extract := hmac.New(sha256.New, make([]byte, sha256.Size))
	extract.Write(dayKey)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write([]byte("weir-ledger salt " + label + "\x01"))
	return expand.Sum(nil)
}

// salt is record n's part of the keystream.
func salt(key []byte, n int64) ([]byte, error) {
	aesBlock, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	counter := make([]byte, aes.BlockSize)
	binary.BigEndian.PutUint64(counter[8:], uint64(n)*2)
	out := make([]byte, 32)
	cipher.NewCTR(aesBlock, counter).XORKeyStream(out, out)
	return out, nil
}

// lines reads the records of a log's segments by number, without their newlines.
func lines(dir string) (map[int64][]byte, error) {
	names, err := filepath.Glob(filepath.Join(dir, "*.ndjson"))
	if err != nil {
		return nil, err
	}
	sort.Strings(names)
	records := map[int64][]byte{}
	for _, name := range names {
		n, err := strconv.ParseInt(filepath.Base(name)[:16], 10, 64)
		if err != nil {
			return nil, err
		}
		// What an abandoned segment holds beyond this one's first was written again here.
		for later := n; records[later] != nil; later++ {
			delete(records, later)
		}
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		reader := bufio.NewReader(file)
		for ; ; n++ {
			line, err := reader.ReadBytes('\n')
			if err == io.EOF {
				break
			} else if err != nil {
				return nil, err
			}
			records[n] = line[:len(line)-1]
		}
		file.Close()
	}
	return records, nil
}

// former reads the vkey lines of a log's earlier epochs.
func former(dir string) ([]string, error) {
	data, err := os.ReadFile(filepath.Join(dir, "former"))
	if os.IsNotExist(err) {
		return nil, nil
	} else if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(data), "\n"), "\n"), nil
}

// checkEpoch checks the leaf that begins an epoch: who signed before it, up to where, and what the restore lost.
func checkEpoch(dir string, tree tlog.Tree, b block, leaf, next int64, keys []string) (string, error) {
	if b.Epoch < 2 || len(keys) < b.Epoch-1 || keys[b.Epoch-2] != b.Of {
		return "", fmt.Errorf("leaf %d begins an epoch of a key that former does not name", leaf)
	}
	if b.After.Leaves != leaf || b.After.Record != next-1 || b.Kept < b.After.Record {
		return "", fmt.Errorf("leaf %d begins an epoch and miscounts what is before it", leaf)
	}
	verifier, err := note.NewVerifier(b.Of)
	if err != nil {
		return "", err
	}
	size := int64(0)
	if b.Checkpoint != "" {
		opened, err := note.Open([]byte(b.Checkpoint), note.VerifierList(verifier))
		if err != nil {
			return "", fmt.Errorf("leaf %d: %w", leaf, err)
		}
		lines := strings.Split(opened.Text, "\n")
		if len(lines) != 4 || lines[0] != verifier.Name() {
			return "", fmt.Errorf("leaf %d names a checkpoint of another log", leaf)
		}
		if size, err = strconv.ParseInt(lines[1], 10, 64); err != nil {
			return "", err
		}
		if size > 0 && size <= leaf {
			root, err := tlog.TreeHash(size, tlog.TileHashReader(tree, tiles{dir}))
			if err != nil {
				return "", err
			}
			if root.String() != lines[2] {
				return "", fmt.Errorf("leaf %d: the tree had another root at size %d", leaf, size)
			}
		}
	}
	lost := size - leaf
	if lost < 0 {
		lost = 0
	}
	if lost != b.Lost.Leaves {
		return "", fmt.Errorf("leaf %d says that %d leaves were lost, not %d", leaf, b.Lost.Leaves, lost)
	}
	return fmt.Sprintf("epoch %d from leaf %d: restored after %s at size %d, %d leaves lost, records behind %d since %s",
		b.Epoch, leaf, verifier.Name(), size, b.Lost.Leaves, b.Kept, b.Lost.Since), nil
}

// epochs collects what is told of each log's epochs.
var epochs = map[string][]string{}

// verify checks one log; it gives the records that were checked.
func verify(store, log string, keys map[string][]byte, witnesses []note.Verifier) (string, int, int, error) {
	dir := filepath.Join(store, log)
	tree, name, err := checkpoint(dir, witnesses)
	if err != nil || tree.N == 0 {
		return name, 0, 0, err
	}
	blocks, err := entries(dir, tree)
	if err != nil {
		return name, 0, 0, err
	}
	records, err := lines(dir)
	if err != nil {
		return name, 0, 0, err
	}
	all, err := runs(dir, log)
	if err == nil {
		err = checkSealed(dir, all, keys)
	}
	if err != nil {
		return name, 0, 0, err
	}
	next, checked, sealed := int64(1), 0, 0
	vkeys, err := former(dir)
	if err != nil {
		return name, 0, 0, err
	}
	for leaf, b := range blocks {
		if b.V == 2 && b.First == 0 {
			told, err := checkEpoch(dir, tree, b, int64(leaf), next, vkeys)
			if err == nil && b.Epoch != len(epochs[log])+2 {
				err = fmt.Errorf("leaf %d begins epoch %d out of turn", leaf, b.Epoch)
			}
			if err != nil {
				return name, checked, sealed, err
			}
			epochs[log] = append(epochs[log], told)
			continue
		}
		if b.First != next || b.Count < 1 {
			return name, checked, sealed, fmt.Errorf("a block begins at %d, not at %d", b.First, next)
		}
		next += int64(b.Count)
		label := log + " " + b.Day
		dayKey := keys[label]
		if records[b.First] == nil && destroyed[label] {
			continue // purged
		}
		if records[b.First] == nil && isSealed(all, b) {
			sealed += b.Count
			continue
		}
		key := saltKey(dayKey, label)
		digest := sha256.New()
		for n := b.First; n < next; n++ {
			if records[n] == nil {
				return name, checked, sealed, fmt.Errorf("record %d is missing", n)
			}
			s, err := salt(key, n)
			if err != nil {
				return name, checked, sealed, err
			}
			commitment := sha256.Sum256(append(s, records[n]...))
			digest.Write(commitment[:])
		}
		if !bytes.Equal(digest.Sum(nil), b.Digest) {
			return name, checked, sealed, fmt.Errorf("one of the records %d to %d was altered", b.First, next-1)
		}
		checked += b.Count
	}
	if len(epochs[log]) != len(vkeys) {
		return name, checked, sealed, errors.New("former names more epochs than the tree has")
	}
	return name, checked, sealed, nil
}

// proof is what Weir gives out: an audit path of a leaf, and a consistency proof from an earlier tree.
type proof struct {
	Size        int64    `json:"size"`
	Root        string   `json:"root"`
	Leaf        string   `json:"leaf"`
	Index       int64    `json:"index"`
	Inclusion   []string `json:"inclusion"`
	From        int64    `json:"from"`
	FromRoot    string   `json:"fromRoot"`
	Consistency []string `json:"consistency"`
}

func hashes(texts []string) []tlog.Hash {
	var all []tlog.Hash
	for _, text := range texts {
		raw, _ := base64.StdEncoding.DecodeString(text)
		var hash tlog.Hash
		copy(hash[:], raw)
		all = append(all, hash)
	}
	return all
}

// checkProofs checks proofs, one JSON object a line of stdin.
func checkProofs() error {
	decoder := json.NewDecoder(os.Stdin)
	for {
		var p proof
		if err := decoder.Decode(&p); err == io.EOF {
			return nil
		} else if err != nil {
			return err
		}
		known := hashes([]string{p.Root, p.Leaf, p.FromRoot})
		if err := tlog.CheckRecord(hashes(p.Inclusion), p.Size, known[0], p.Index, known[1]); err != nil {
			return fmt.Errorf("leaf %d of %d: %w", p.Index, p.Size, err)
		}
		if err := tlog.CheckTree(hashes(p.Consistency), p.Size, known[0], p.From, known[2]); err != nil {
			return fmt.Errorf("%d to %d: %w", p.From, p.Size, err)
		}
	}
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == "proofs" {
		if err := checkProofs(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if len(os.Args) == 3 && os.Args[1] == "bundle" {
		records, err := verifyBundle(os.Args[2])
		if err != nil {
			fmt.Printf("does not hold: %v\n", err)
			os.Exit(1)
		}
		fmt.Printf("holds, records: %s\n", records)
		return
	}
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "verifier STORE [KEK [VKEY-OF-WITNESS]...]")
		os.Exit(2)
	}
	store := os.Args[1]
	kek := filepath.Join(store, "kek")
	var witnesses []note.Verifier
	if len(os.Args) > 2 {
		kek = os.Args[2]
		for _, vkey := range os.Args[3:] {
			one, err := newWitness(vkey)
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
			witnesses = append(witnesses, one)
		}
	}
	keys, err := dayKeys(store, kek)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	status := 0
	for _, log := range []string{"content", "moderation", "access", "retention"} {
		name, checked, sealed, err := verify(store, log, keys, witnesses)
		if err != nil {
			fmt.Printf("%s: does not hold: %v\n", log, err)
			status = 1
		} else {
			fmt.Printf("%s: holds, %d records (%s)\n", log, checked, name)
			for _, told := range epochs[log] {
				fmt.Printf("%s: %s\n", log, told)
			}
			if sealed > 0 {
				fmt.Printf("%s: %d records in sealed days: authentic objects over leaves of the tree, rows not read\n", log, sealed)
			}
		}
	}
	os.Exit(status)
}
