// As much of Apache Parquet as gives one optional column of texts: the footer and page headers (Thrift's compact
// protocol), pages of both forms, plain or packed with zstd, values PLAIN, from a dictionary, or DELTA_LENGTH_BYTE_ARRAY.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// A page is no larger than this when unpacked.
const maxPage = 128 << 20

var unzstd, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(maxPage))

var errEnds = errors.New("the Parquet ends too early")

// cursor reads from a place in bytes; what goes wrong is panicked and caught by texts.
type cursor struct {
	data []byte
	at   int
}

func (c *cursor) take(n int) []byte {
	if n < 0 || n > len(c.data)-c.at {
		panic(errEnds)
	}
	c.at += n
	return c.data[c.at-n : c.at]
}

func (c *cursor) byte() byte { return c.take(1)[0] }

func (c *cursor) unsigned() uint64 {
	value, n := binary.Uvarint(c.data[c.at:])
	if n <= 0 {
		panic(errEnds)
	}
	c.at += n
	return value
}

func (c *cursor) signed() int64 {
	value := c.unsigned()
	return int64(value>>1) ^ -int64(value&1)
}

// thrift is a struct by the numbers of its fields: int64, bool, []byte, []interface{} or thrift.
type thrift map[int64]interface{}

func (c *cursor) thrift(depth int) thrift {
	if depth > 16 {
		panic(errors.New("the Parquet has structs too deep"))
	}
	fields, field := thrift{}, int64(0)
	for {
		head := c.byte()
		if head&15 == 0 {
			return fields
		}
		if head>>4 == 0 {
			field = c.signed()
		} else {
			field += int64(head >> 4)
		}
		fields[field] = c.value(head&15, depth, true)
	}
}

func (c *cursor) value(kind byte, depth int, isField bool) interface{} {
	switch kind {
	case 1, 2:
		if isField {
			return kind == 1
		}
		return c.byte() == 1
	case 3:
		return int64(int8(c.byte()))
	case 4, 5, 6:
		return c.signed()
	case 7:
		return c.take(8)
	case 8:
		return c.take(int(c.unsigned()))
	case 9, 10:
		head := c.byte()
		count := uint64(head >> 4)
		if count == 15 {
			count = c.unsigned()
		}
		if count > uint64(len(c.data)-c.at) || depth > 16 {
			panic(errEnds)
		}
		list := make([]interface{}, count)
		for i := range list {
			list[i] = c.value(head&15, depth+1, false)
		}
		return list
	case 12:
		return c.thrift(depth + 1)
	}
	panic(fmt.Errorf("the Parquet has a value of kind %d", kind))
}

func (t thrift) number(field int64) int64       { value, _ := t[field].(int64); return value }
func (t thrift) of(field int64) thrift          { value, _ := t[field].(thrift); return value }
func (t thrift) list(field int64) []interface{} { value, _ := t[field].([]interface{}); return value }

// hybrid reads count values of width bits: runs, and packed groups of eight.
func (c *cursor) hybrid(width, count int) []int {
	out := make([]int, 0, count)
	for len(out) < count {
		head := c.unsigned()
		many := int(head >> 1)
		if head&1 == 0 {
			value := 0
			for i := 0; i < width; i += 8 {
				value |= int(c.byte()) << i
			}
			if many == 0 {
				panic(errEnds)
			}
			for ; many > 0 && len(out) < count; many-- {
				out = append(out, value)
			}
			continue
		}
		if many == 0 || many > maxPage {
			panic(errEnds)
		}
		packed := c.take(many * width)
		for i := 0; i < many*8 && len(out) < count; i++ {
			out = append(out, int(bitsAt(packed, i*width, width)))
		}
	}
	return out
}

// bitsAt reads width bits from a bit on, the least first.
func bitsAt(data []byte, bit, width int) uint64 {
	value := uint64(0)
	for i := 0; i < width; i++ {
		value |= uint64(data[(bit+i)/8]>>((bit+i)%8)&1) << i
	}
	return value
}

// deltas reads count whole numbers in DELTA_BINARY_PACKED.
func (c *cursor) deltas(count int) []int64 {
	size, minis, total, value := int(c.unsigned()), int(c.unsigned()), int(c.unsigned()), c.signed()
	if minis < 1 || size%minis != 0 || size/minis%8 != 0 || total != count {
		panic(errors.New("the Parquet has deltas of another form"))
	}
	out := append(make([]int64, 0, count), value)
	for each := size / minis; len(out) < count; {
		least, widths := c.signed(), c.take(minis)
		for i := 0; i < minis && len(out) < count; i++ {
			width := int(widths[i])
			if width > 64 {
				panic(errEnds)
			}
			packed := c.take(each * width / 8)
			for k := 0; k < each && len(out) < count; k++ {
				value += least + int64(bitsAt(packed, k*width, width))
				out = append(out, value)
			}
		}
	}
	return out
}

// plain reads count texts, each behind its length.
func (c *cursor) plain(count int) [][]byte {
	var out [][]byte
	for ; count > 0; count-- {
		out = append(out, c.take(int(binary.LittleEndian.Uint32(c.take(4)))))
	}
	return out
}

func unpacked(data []byte, codec, size int64) []byte {
	if size < 0 || size > maxPage {
		panic(errors.New("the Parquet has a page that is too large"))
	}
	switch codec {
	case 0:
	case 6:
		plain, err := unzstd.DecodeAll(data, make([]byte, 0, size))
		if err != nil {
			panic(err)
		}
		data = plain
	default:
		panic(fmt.Errorf("the Parquet is packed by codec %d", codec))
	}
	if int64(len(data)) != size {
		panic(errEnds)
	}
	return data
}

// texts gives a column of a Parquet file, row by row; nil where a row has none.
func texts(file []byte, column string) (rows [][]byte, err error) {
	defer func() {
		if why := recover(); why != nil {
			rows, err = nil, fmt.Errorf("%v", why)
		}
	}()
	if len(file) < 12 {
		panic(errEnds)
	}
	tail := len(file) - 8
	length := int(binary.LittleEndian.Uint32(file[tail:]))
	if length > tail-4 {
		panic(errEnds)
	}
	footer := (&cursor{file, tail - length}).thrift(0)
	for _, group := range footer.list(4) {
		count, found := int(group.(thrift).number(3)), false
		for _, chunk := range group.(thrift).list(1) {
			about := chunk.(thrift).of(3)
			path := about.list(3)
			if len(path) != 1 || string(path[0].([]byte)) != column || about.number(1) != 6 {
				continue
			}
			found = true
			rows = append(rows, columnOf(file, about, count)...)
		}
		if !found {
			panic(fmt.Errorf("the Parquet has no texts %s", column))
		}
	}
	return rows, nil
}

// columnOf gives the values of one chunk of a column.
func columnOf(file []byte, about thrift, count int) [][]byte {
	codec, from := about.number(4), about.number(9)
	if dictionary, ok := about[11].(int64); ok && dictionary < from {
		from = dictionary
	}
	if from < 4 || from > int64(len(file)) {
		panic(errEnds)
	}
	var rows, dictionary [][]byte
	for c := (&cursor{file, int(from)}); len(rows) < count; {
		header := c.thrift(0)
		stored, size := c.take(int(header.number(3))), header.number(2)
		if header.number(1) == 2 {
			dictionary = (&cursor{data: unpacked(stored, codec, size)}).plain(int(header.of(7).number(1)))
			continue
		}
		var levels, values *cursor
		page, encoding := header.of(5), int64(0)
		switch header.number(1) {
		case 0:
			levels = &cursor{data: unpacked(stored, codec, size)}
			length := int(binary.LittleEndian.Uint32(levels.take(4)))
			levels, values, encoding = &cursor{data: levels.take(length)}, levels, page.number(2)
		case 3:
			page = header.of(8)
			length := page.number(5)
			levels, encoding = &cursor{data: (&cursor{data: stored}).take(int(length))}, page.number(4)
			if packed, said := page[7].(bool); said && !packed {
				codec = 0
			}
			values = &cursor{data: unpacked(stored[length:], codec, size-length)}
			codec = about.number(4)
		default:
			panic(errors.New("the Parquet has a page of no known kind"))
		}
		has := (&cursor{data: levels.data}).hybrid(1, int(page.number(1)))
		present := 0
		for _, one := range has {
			present += one
		}
		given := values.texts(encoding, present, dictionary)
		for _, one := range has {
			if one == 0 {
				rows = append(rows, nil)
				continue
			}
			rows, given = append(rows, given[0]), given[1:]
		}
	}
	if len(rows) != count {
		panic(errors.New("the Parquet has other rows than it says"))
	}
	return rows
}

func (c *cursor) texts(encoding int64, count int, dictionary [][]byte) [][]byte {
	if count == 0 {
		return nil
	}
	var out [][]byte
	switch encoding {
	case 0:
		return c.plain(count)
	case 2, 8:
		for _, index := range c.hybrid(int(c.byte()), count) {
			if index >= len(dictionary) {
				panic(errEnds)
			}
			out = append(out, dictionary[index])
		}
	case 6:
		for _, length := range c.deltas(count) {
			out = append(out, c.take(int(length)))
		}
	default:
		panic(fmt.Errorf("the Parquet has texts of encoding %d", encoding))
	}
	return out
}
