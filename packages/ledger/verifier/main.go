// A verifier of Weir's ledger that shares no code with it: written from packages/ledger/FORMAT.md, on
// golang.org/x/mod/sumdb/note and tlog, and klauspost/compress for zstd. Reads one store and writes nothing.
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go build -o verifier .
//	verifier bundle EVIDENCE.zip
//	verifier DATA/ledger [KEK [VKEY-OF-WITNESS]...]
//
// Prints a line a log, then one of receipts where something is gone or held; status 1 where something does not hold.
package main

import (
	"bufio"
	"bytes"
	"crypto/sha256"
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

// leaves has the leaf hashes of each log's tree, as far as they were checked.
var leaves = map[string][]tlog.Hash{}

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
			leaves[filepath.Base(dir)] = append(leaves[filepath.Base(dir)], leaf[0])
		}
	}
	return blocks, nil
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

// checkBlock checks records of one place against the digest of their block.
func checkBlock(records map[int64][]byte, b block, key []byte) error {
	digest := sha256.New()
	for n := b.First; n < b.First+int64(b.Count); n++ {
		if records[n] == nil {
			return fmt.Errorf("record %d is missing", n)
		}
		s, err := salt(key, n)
		if err != nil {
			return err
		}
		commitment := sha256.Sum256(append(s, records[n]...))
		digest.Write(commitment[:])
	}
	if !bytes.Equal(digest.Sum(nil), b.Digest) {
		return fmt.Errorf("one of the records %d to %d was altered", b.First, b.First+int64(b.Count)-1)
	}
	return nil
}

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
	if err != nil {
		return name, 0, 0, err
	}
	whole, err := checkSealed(dir, all, keys)
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
		if records[b.First] == nil && whole[b.First] == nil && destroyed[label] {
			gone[label] = b.Day
			continue // purged
		}
		// A segment on its way out and a sealed day may both have it: then both must hold.
		isRead := false
		for _, place := range []map[int64][]byte{records, whole} {
			if place[b.First] == nil {
				continue
			}
			if err := checkBlock(place, b, saltKey(dayKey, label)); err != nil {
				return name, checked, sealed, err
			}
			if log == "retention" {
				for n := b.First; n < next; n++ {
					account[n] = place[n]
				}
			}
			isRead = true
		}
		if isRead {
			checked += b.Count
		} else if isSealed(all, b) {
			sealed += b.Count
		} else {
			return name, checked, sealed, fmt.Errorf("record %d is missing", b.First)
		}
	}
	if len(epochs[log]) != len(vkeys) {
		return name, checked, sealed, errors.New("former names more epochs than the tree has")
	}
	return name, checked, sealed, nil
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
	if status == 0 {
		told, faults := checkReceipts(store, keys)
		for _, fault := range faults {
			fmt.Printf("receipts: do not hold: %s\n", fault)
			status = 1
		}
		if told != "" && status == 0 {
			fmt.Printf("receipts: hold, %s\n", told)
		}
	}
	os.Exit(status)
}
