package zxing

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"

	"github.com/tetratelabs/wazero"
)

// importedSlots reads from the binary which slots of its table hold imports: wazero
// tells neither that nor calls them. The format is that of the WebAssembly core
// specification, 5.5.12 (element section).
func importedSlots(wasm []byte, module wazero.CompiledModule) (map[uint32]string, error) {
	names := []string{}
	for _, f := range module.ImportedFunctions() {
		_, name, _ := f.Import()
		names = append(names, name)
	}
	const header, elements = 8, 9
	for r := bytes.NewReader(wasm[header:]); ; {
		id, err := r.ReadByte()
		if err != nil {
			return nil, errors.New("zxing-cpp has no table")
		}
		section := make([]byte, unsigned(r))
		if _, err := io.ReadFull(r, section); err != nil {
			return nil, err
		}
		if id == elements {
			return slots(bytes.NewReader(section), names)
		}
	}
}

// slots reads the segments that are put into table 0 from a constant offset on, the
// only kind that emscripten writes.
func slots(r *bytes.Reader, names []string) (map[uint32]string, error) {
	const plain, i32Const = 0, 0x41
	found := map[uint32]string{}
	for range unsigned(r) {
		kind := unsigned(r)
		if op, err := r.ReadByte(); err != nil || kind != plain || op != i32Const {
			return nil, errors.New("zxing-cpp has an unknown kind of table")
		}
		offset := unsigned(r)
		_, _ = r.ReadByte() // end of the offset's expression
		for i := range unsigned(r) {
			if f := unsigned(r); int(f) < len(names) {
				found[offset+i] = names[f]
			}
		}
	}
	return found, nil
}

// unsigned reads a number; a broken one is 0, which no section of a module that
// wazero has compiled holds.
func unsigned(r io.ByteReader) uint32 {
	n, _ := binary.ReadUvarint(r)
	return uint32(n)
}
