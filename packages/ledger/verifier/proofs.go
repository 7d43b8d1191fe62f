package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"golang.org/x/mod/sumdb/tlog"
)

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
