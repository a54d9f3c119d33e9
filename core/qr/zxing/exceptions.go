package zxing

import (
	"context"
	"fmt"

	"github.com/tetratelabs/wazero/api"
)

// C++ exceptions as emscripten keeps them: throwing unwinds through the host, which
// tells the code that called through invoke_ that something was thrown. The layout of
// the header before an exception is that of __cxa_exception in its libc++abi.
const (
	headerSize    = 24
	typeField     = 4
	dtorField     = 8
	caughtField   = 12
	rethrownField = 13
	adjustedField = 16
)

// thrown unwinds a call; it is an error so that wazero wraps it.
type thrown struct{ at uint32 }

func (t thrown) Error() string { return fmt.Sprintf("C++ exception at %#x", t.at) }

// throw is __cxa_throw(exception, type, destructor).
func throw(ctx context.Context, _ api.Module, stack []uint64) {
	in, header := of(ctx), uint32(stack[0])-headerSize
	in.setWord(header+adjustedField, 0)
	in.setWord(header+typeField, uint32(stack[1]))
	in.setWord(header+dtorField, uint32(stack[2]))
	in.export(ctx, addReference, stack[0])
	in.unwind(uint32(stack[0]))
}

func (in *instance) unwind(at uint32) {
	in.thrown = at
	panic(thrown{at})
}

// resume is __resumeException(exception): nobody here wanted it.
func resume(ctx context.Context, _ api.Module, stack []uint64) { of(ctx).unwind(uint32(stack[0])) }

// rethrow is __cxa_rethrow(): the exception that is being handled flies again; the
// first time it stays on the list until its handler ends.
func rethrow(ctx context.Context, _ api.Module, _ []uint64) {
	in := of(ctx)
	at := in.caught[len(in.caught)-1]
	if header := at - headerSize; in.bytes(header+rethrownField, 1)[0] != 0 {
		in.caught = in.caught[:len(in.caught)-1]
	} else {
		in.setByte(header+rethrownField, 1)
		in.setByte(header+caughtField, 0)
	}
	in.export(ctx, addReference, uint64(at))
	in.unwind(at)
}

// beginCatch is __cxa_begin_catch(exception).
func beginCatch(ctx context.Context, _ api.Module, stack []uint64) {
	in, at := of(ctx), uint32(stack[0])
	in.setByte(at-headerSize+caughtField, 1)
	in.setByte(at-headerSize+rethrownField, 0)
	in.caught = append(in.caught, at)
	stack[0] = in.export(ctx, exceptionPointer, stack[0])
}

// endCatch is __cxa_end_catch().
func endCatch(ctx context.Context, _ api.Module, _ []uint64) {
	in := of(ctx)
	in.export(ctx, setThrew, 0, 0)
	at := in.caught[len(in.caught)-1]
	in.caught = in.caught[:len(in.caught)-1]
	in.export(ctx, dropReference, uint64(at))
	in.thrown = 0
}

// match is __cxa_find_matching_catch_N(types...): which of n handlers takes the
// exception in flight. The type found goes to the module's temporary word.
func match(n int) api.GoModuleFunc {
	return func(ctx context.Context, _ api.Module, stack []uint64) {
		in := of(ctx)
		found := uint32(0)
		if in.thrown != 0 {
			found = in.handler(ctx, stack[:n])
		}
		in.export(ctx, setTemporary, uint64(found))
		stack[0] = uint64(in.thrown)
	}
}

func (in *instance) handler(ctx context.Context, types []uint64) uint32 {
	header := in.thrown - headerSize
	in.setWord(header+adjustedField, in.thrown)
	actual := in.word(header + typeField)
	if actual == 0 {
		return 0
	}
	for _, t := range types {
		if t == 0 || uint32(t) == actual {
			break
		}
		if in.export(ctx, canCatch, t, uint64(actual), uint64(header+adjustedField)) != 0 {
			return uint32(t)
		}
	}
	return actual
}
