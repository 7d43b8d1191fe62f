package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
)

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
