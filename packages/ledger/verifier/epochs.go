package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

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
