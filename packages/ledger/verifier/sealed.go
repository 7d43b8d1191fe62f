// Sealed days. Each object must be what its run says (SHA-256), every chunk of it must be authentic under the day's key
// and in its place, and the run's parts must cover leaves of the tree without a gap. Where each row keeps its line whole,
// as in all logs but content, the lines of both orders must be alike and are held against the leaves as segments are.
// Rows of content are not read here: that takes the other columns, from which FORMAT.md says how to rebuild lines.
package main

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
)

const (
	headerBytes = 52
	chunkBytes  = 64 * 1024
	tagBytes    = 16
)

type sealedFile struct {
	Bytes  int64  `json:"bytes"`
	Sha256 string `json:"sha256"`
}

type sealedPart struct {
	First  int64      `json:"first"`
	Last   int64      `json:"last"`
	From   int64      `json:"from"`
	To     int64      `json:"to"`
	Person sealedFile `json:"person"`
	Room   sealedFile `json:"room"`
}

type sealedRun struct {
	V     int          `json:"v"`
	Log   string       `json:"log"`
	Day   string       `json:"day"`
	First int64        `json:"first"`
	Last  int64        `json:"last"`
	Parts []sealedPart `json:"parts"`
}

// runs reads what is sealed of a log, in the order of its records.
func runs(dir, log string) ([]sealedRun, error) {
	names, err := filepath.Glob(filepath.Join(dir, "sealed", "*", "*.run"))
	if err != nil {
		return nil, err
	}
	var all []sealedRun
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		var run sealedRun
		decoder := json.NewDecoder(bytes.NewReader(data))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&run); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		next := run.First
		for _, part := range run.Parts {
			if part.First != next || part.Last < part.First {
				return nil, fmt.Errorf("%s: its parts do not follow one another", name)
			}
			next = part.Last + 1
		}
		if run.V != 1 || run.Log != log || next != run.Last+1 || filepath.Base(filepath.Dir(name)) != run.Day {
			return nil, fmt.Errorf("%s is no run of this log", name)
		}
		all = append(all, run)
	}
	sort.Slice(all, func(i, j int) bool { return all[i].First < all[j].First })
	return all, nil
}

// derive is HKDF-SHA-256 for 32 bytes: one round.
func derive(key, salt []byte, info string) []byte {
	if salt == nil {
		salt = make([]byte, sha256.Size)
	}
	extract := hmac.New(sha256.New, salt)
	extract.Write(key)
	expand := hmac.New(sha256.New, extract.Sum(nil))
	expand.Write([]byte(info + "\x01"))
	return expand.Sum(nil)
}

// unseal decrypts one object of a part.
func unseal(data, dayKey []byte, run sealedRun, part sealedPart, order string) ([]byte, error) {
	if len(data) < headerBytes || string(data[:8]) != "WEIRSEA1" {
		return nil, errors.New("this is no sealed object")
	}
	header := data[:headerBytes]
	length := binary.BigEndian.Uint64(header[12:20])
	key := derive(dayKey, nil, "weir-ledger segment "+run.Log+" "+run.Day)
	block, err := aes.NewCipher(derive(key, header[20:], "weir-ledger sealed object"))
	if err != nil {
		return nil, err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return nil, err
	}
	bound := append(append([]byte{}, header...),
		[]byte(fmt.Sprintf("%s %s %d %d %s", run.Log, run.Day, part.First, part.Last, order))...)
	var plain []byte
	rest := data[headerBytes:]
	for index := uint32(0); len(rest) > 0; index++ {
		size := chunkBytes + tagBytes
		if size > len(rest) {
			size = len(rest)
		}
		nonce := make([]byte, 12)
		binary.BigEndian.PutUint32(nonce[8:], index)
		plain, err = gcm.Open(plain, nonce, rest[:size], bound)
		if err != nil {
			return nil, fmt.Errorf("chunk %d: %w", index, err)
		}
		rest = rest[size:]
	}
	if uint64(len(plain)) != length {
		return nil, errors.New("it is cut short")
	}
	return plain, nil
}

// checkSealed checks the objects of the runs whose key is there; it gives the lines of records by number, of parts that
// keep all of them whole.
func checkSealed(dir string, all []sealedRun, keys map[string][]byte) (map[int64][]byte, error) {
	records := map[int64][]byte{}
	for _, run := range all {
		dayKey, known := keys[run.Log+" "+run.Day]
		if known && dayKey == nil {
			continue // purged
		}
		for _, part := range run.Parts {
			for order, file := range map[string]sealedFile{"person": part.Person, "room": part.Room} {
				name := filepath.Join(dir, "sealed", run.Day, fmt.Sprintf("%016d-%016d.%s", part.First, part.Last, order))
				data, err := os.ReadFile(name)
				if err != nil {
					return nil, err
				}
				hash := sha256.Sum256(data)
				if int64(len(data)) != file.Bytes || base64.StdEncoding.EncodeToString(hash[:]) != file.Sha256 {
					return nil, fmt.Errorf("%s is not what its run says", name)
				}
				plain, err := unseal(data, dayKey, run, part, order)
				if err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
				if len(plain) < 8 || string(plain[:4]) != "PAR1" || string(plain[len(plain)-4:]) != "PAR1" {
					return nil, fmt.Errorf("%s holds no Parquet", name)
				}
				if run.Log == "content" {
					continue
				}
				if err := wholeLines(plain, part, records); err != nil {
					return nil, fmt.Errorf("%s: %w", name, err)
				}
			}
		}
	}
	return records, nil
}

// wholeLines adds the lines of one order of a part; those that are there already, of the other order, must be alike.
func wholeLines(plain []byte, part sealedPart, records map[int64][]byte) error {
	rows, err := texts(plain, "line")
	if err != nil {
		return err
	}
	seen := map[int64]bool{}
	for _, line := range rows {
		var r struct {
			N int64 `json:"n"`
		}
		if line == nil {
			return errors.New("a record has no line")
		}
		if err := json.Unmarshal(line, &r); err != nil {
			return err
		}
		if r.N < part.First || r.N > part.Last || seen[r.N] {
			return fmt.Errorf("record %d does not belong there", r.N)
		}
		if other := records[r.N]; other != nil && !bytes.Equal(other, line) {
			return fmt.Errorf("record %d is not alike in both orders", r.N)
		}
		seen[r.N], records[r.N] = true, line
	}
	if int64(len(seen)) != part.Last-part.First+1 {
		return errors.New("records are missing in it")
	}
	return nil
}

// isSealed tells whether a block lies in a part.
func isSealed(all []sealedRun, b block) bool {
	for _, run := range all {
		for _, part := range run.Parts {
			if b.First >= part.First && b.First+int64(b.Count)-1 <= part.Last && b.Day == run.Day {
				return true
			}
		}
	}
	return false
}
