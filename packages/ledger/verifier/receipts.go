// Receipts: what is gone of a store is held against the account that its retention log gives of it (FORMAT.md, 12).
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"

	"golang.org/x/mod/sumdb/tlog"
)

// account has the records of retention by number, each checked against its leaf.
var account = map[int64][]byte{}

// gone has the days of which leaves alone are there, by their labels.
var gone = map[string]string{}

// part is what became of a day, or of what outlived one.
type part struct {
	ID      string         `json:"id"`
	Log     string         `json:"log"`
	Part    string         `json:"part"`
	Day     string         `json:"day"`
	Carried map[string]int `json:"carried"`
	From    string         `json:"from"`
}

// file is the name, without .keep, of the files in which records live on.
func (p part) file() string {
	if p.From != "" {
		return p.From
	}
	if p.Part == "kept" {
		return "from-" + p.Day
	}
	return p.Day
}

// receipt is what of retention.purged, hold.placed and hold.released is held against the store.
type receipt struct {
	Kind  string `json:"kind"`
	ID    string `json:"id"`
	Parts []part `json:"parts"`
}

// frames reads a .keep file: its frames as JSON, each authentic and in its place, the last one counting the others.
func frames(path string, slot []byte, label string) ([][]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derive(slot, nil, "weir-ledger kept "+label))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	var all [][]byte
	for len(data) > 0 {
		if len(data) < 4 || uint64(len(data)-4) < uint64(binary.BigEndian.Uint32(data)) {
			return nil, errors.New("it is cut short")
		}
		length := int(binary.BigEndian.Uint32(data))
		frame := data[4 : 4+length]
		data = data[4+length:]
		if length < 12 {
			return nil, errors.New("it has a frame that is none")
		}
		bound := fmt.Sprintf("%s|%d", filepath.Base(path), len(all))
		packed, err := gcm.Open(nil, frame[:12], frame[12:], []byte(bound))
		if err != nil {
			return nil, err
		}
		plain, err := unzstd.DecodeAll(packed, nil)
		if err != nil {
			return nil, err
		}
		all = append(all, plain)
	}
	var last struct {
		End *int `json:"end"`
	}
	if len(all) == 0 || json.Unmarshal(all[len(all)-1], &last) != nil || last.End == nil || *last.End != len(all)-1 {
		return nil, errors.New("it is cut short")
	}
	return all[:len(all)-1], nil
}

// keptRecords gives the records in a kept file, each checked against its leaf; none where it or its key is gone.
func keptRecords(store string, keys map[string][]byte, log, until, from string) ([]record, error) {
	label := "kept " + log + " " + until
	path := filepath.Join(store, "kept", log, until, from+".keep")
	if keys[label] == nil {
		return nil, nil
	}
	blocks, err := frames(path, keys[label], label)
	if os.IsNotExist(err) {
		return nil, nil
	} else if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	var all []record
	for _, frame := range blocks {
		var one blockProof
		if err := json.Unmarshal(frame, &one); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		if one.Leaf < 0 || one.Leaf >= int64(len(leaves[log])) || tlog.RecordHash([]byte(one.Entry)) != leaves[log][one.Leaf] {
			return nil, fmt.Errorf("%s: leaf %d is another", path, one.Leaf)
		}
		records := map[int64]record{}
		if err := one.check(records); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
		for _, shown := range one.Records {
			all = append(all, records[shown.N])
		}
	}
	return all, nil
}

// receipts reads the account: of what outlived its day in retention, then its records by number, then a purge at work.
func receipts(store string, keys map[string][]byte) ([]receipt, error) {
	var lines [][]byte
	names, err := filepath.Glob(filepath.Join(store, "kept", "retention", "*", "*.keep"))
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		until := filepath.Base(filepath.Dir(name))
		found, err := keptRecords(store, keys, "retention", until, strings.TrimSuffix(filepath.Base(name), ".keep"))
		if err != nil {
			return nil, err
		}
		for _, one := range found {
			lines = append(lines, []byte(one.line))
		}
	}
	var numbers []int64
	for n := range account {
		numbers = append(numbers, n)
	}
	sort.Slice(numbers, func(i, j int) bool { return numbers[i] < numbers[j] })
	for _, n := range numbers {
		lines = append(lines, account[n])
	}
	begun, err := os.ReadFile(filepath.Join(store, "purging"))
	if err == nil {
		lines = append(lines, append([]byte(`{"kind":"retention.purged",`), bytes.TrimPrefix(bytes.TrimSpace(begun), []byte("{"))...))
	} else if !os.IsNotExist(err) {
		return nil, err
	}
	var all []receipt
	for _, line := range lines {
		var one receipt
		if err := json.Unmarshal(line, &one); err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// checkReceipts holds the store against its account: what it says in one line, and what does not hold.
func checkReceipts(store string, keys map[string][]byte) (string, []string) {
	all, err := receipts(store, keys)
	if err != nil {
		return "", []string{err.Error()}
	}
	told, placed := map[string]bool{}, map[string]bool{}
	// Of a part that went twice the later receipt counts.
	parts := map[string]part{}
	for _, one := range all {
		switch one.Kind {
		case "retention.purged":
			for _, part := range one.Parts {
				told[part.ID] = true
				parts[part.ID+" "+part.From] = part
			}
		case "hold.placed":
			placed[one.ID] = true
		case "hold.released":
			delete(placed, one.ID)
		}
	}
	isRestored, forgotten := false, ""
	for _, one := range epochs {
		isRestored = isRestored || len(one) > 0
	}
	for label, day := range gone {
		if strings.HasPrefix(label, "retention ") && day > forgotten {
			forgotten = day
		}
	}
	var faults []string
	days, files, cases, excused := 0, 0, 0, 0
	// day is the one that is gone, or until which it was kept; a hold has none.
	lacks := func(day, what string) {
		if isRestored || (day != "" && day <= forgotten) {
			excused++
		} else {
			faults = append(faults, what)
		}
	}
	for label, day := range gone {
		if told[label] {
			days++
		} else {
			lacks(day, label+" is gone without a receipt")
		}
	}
	for _, part := range parts {
		for until, count := range part.Carried {
			label := "kept " + part.Log + " " + until
			if told[label] {
				continue
			}
			found, err := keptRecords(store, keys, part.Log, until, part.file())
			if err != nil {
				faults = append(faults, err.Error())
			} else if len(found) == count {
				files++
			} else {
				lacks(until, fmt.Sprintf("%s: %d of %d records that outlived %s are there", label, len(found), count, part.file()))
			}
		}
	}
	for id := range placed {
		if _, err := os.Stat(filepath.Join(store, "cases", id, "case.keep")); err == nil && keys["case "+id] != nil {
			cases++
		} else {
			lacks("", "case "+id+" was held, is gone, and nobody released it")
		}
	}
	sort.Strings(faults)
	if days+files+cases+excused == 0 {
		return "", faults
	}
	said := fmt.Sprintf("%d days gone, %d files carried over, %d holds", days, files, cases)
	if excused > 0 {
		said += fmt.Sprintf("; %d gone that a restore or a forgotten receipt may explain", excused)
	}
	return said, faults
}
