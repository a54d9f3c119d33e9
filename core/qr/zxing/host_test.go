package zxing

import (
	"testing"

	"github.com/tetratelabs/wazero"
)

// TestResizeHeapGivesWhatFits: near the cap a fifth more does not fit; what was asked
// for may.
func TestResizeHeapGivesWhatFits(t *testing.T) {
	t.Parallel()
	const page, now, most = 64 << 10, 20, 22
	wasm := []byte("\x00asm\x01\x00\x00\x00" + "\x05\x04\x01\x01" + string([]byte{now, most})) // a memory and nothing else
	r := wazero.NewRuntime(t.Context())
	defer r.Close(t.Context()) //nolint:errcheck // the test ends
	module, err := r.Instantiate(t.Context(), wasm)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ ask, answer, have uint64 }{
		{most + 1, 0, now},
		{now + 1, 1, now + 1},
		{most, 1, most},
		{most + 1, 0, most},
	} {
		stack := []uint64{tt.ask * page}
		resizeHeap(t.Context(), module, stack)
		if have := uint64(module.Memory().Size() / page); stack[0] != tt.answer || have != tt.have {
			t.Errorf("%d pages asked for: answer %d and %d pages, want %d and %d", tt.ask, stack[0], have, tt.answer, tt.have)
		}
	}
}
