package zxing

import (
	"context"
	"errors"
	"fmt"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/experimental/table"
)

// instance is one running copy of the module: its memory and what emscripten's
// JavaScript would remember of it. It serves one call at a time.
type instance struct {
	engine  *Engine
	module  api.Module
	exports resting[string]
	slots   resting[uint32] // of the module's table

	thrown uint32   // the C++ exception in flight
	caught []uint32 // those being handled, the innermost last

	bindings
}

// current is the key under which a call's context carries its instance to the host's
// functions.
type current struct{}

func of(ctx context.Context) *instance { return ctx.Value(current{}).(*instance) }

// start makes an instance and lets C++ construct its globals, which register what
// the module offers.
func (e *Engine) start(ctx context.Context) (in *instance, err error) {
	in = &instance{engine: e, exports: resting[string]{}, slots: resting[uint32]{}, bindings: newBindings()}
	ctx = context.WithValue(ctx, current{}, in)
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions()
	if in.module, err = e.runtime.InstantiateModule(ctx, e.module, config); err != nil {
		return nil, fmt.Errorf("start zxing-cpp: %w", err)
	}
	defer in.rescue(&err)
	in.export(ctx, callConstructors)
	return in, in.complete()
}

// drop frees an instance that cannot be trusted any more; nil is what the pool keeps
// in its place.
func (in *instance) drop() *instance {
	if in != nil {
		_ = in.module.Close(context.Background()) // its memory is freed whatever it says
	}
	return nil
}

// rescue turns the panics of the helpers below, and of a trap, into an error.
func (in *instance) rescue(err *error) {
	if r := recover(); r != nil {
		cause, ok := r.(error)
		if !ok {
			cause = fmt.Errorf("%v", r)
		}
		*err = fmt.Errorf("zxing-cpp stopped: %w", cause)
	}
}

// resting are functions that do not run now. An api.Function has one stack, and C++
// comes back to a function while it runs: so each call takes one out, and puts it back
// when it ended well.
type resting[K comparable] map[K][]api.Function

func (r resting[K]) take(key K, find func() api.Function) api.Function {
	idle := r[key]
	if len(idle) == 0 {
		return find()
	}
	r[key] = idle[:len(idle)-1]
	return idle[len(idle)-1]
}

func (r resting[K]) give(key K, f api.Function) { r[key] = append(r[key], f) }

// export calls a function of the module by its name and gives its result, 0 when it
// has none. All parameters of those that are called here are i32.
func (in *instance) export(ctx context.Context, name string, args ...uint64) uint64 {
	f := in.exports.take(name, func() api.Function { return in.module.ExportedFunction(name) })
	out := result(f.Call(ctx, arguments(args, words(len(args)))...))
	in.exports.give(name, f)
	return out
}

// slot calls a function of the module's table: all its parameters are i32, and so are
// its results.
func (in *instance) slot(ctx context.Context, index uint32, results int, args ...uint64) uint64 {
	f := in.find(index, words(len(args)), words(results))
	out := result(f.Call(ctx, arguments(args, words(len(args)))...))
	in.slots.give(index, f)
	return out
}

// find takes a function out of the table.
func (in *instance) find(index uint32, params, results []api.ValueType) api.Function {
	return in.slots.take(index, func() api.Function { return table.LookupFunction(in.module, 0, index, params, results) })
}

func result(results []uint64, err error) uint64 {
	if err != nil {
		panic(err)
	}
	if len(results) == 0 {
		return 0
	}
	return results[0]
}

func words(n int) []api.ValueType {
	types := make([]api.ValueType, n)
	for i := range types {
		types[i] = api.ValueTypeI32
	}
	return types
}

var errMemory = errors.New("address outside of the module's memory")

func (in *instance) word(at uint32) uint32 {
	v, ok := in.module.Memory().ReadUint32Le(at)
	if !ok {
		panic(errMemory)
	}
	return v
}

func (in *instance) setWord(at, v uint32) {
	if !in.module.Memory().WriteUint32Le(at, v) {
		panic(errMemory)
	}
}

func (in *instance) setByte(at uint32, v byte) {
	if !in.module.Memory().WriteByte(at, v) {
		panic(errMemory)
	}
}

func (in *instance) bytes(at, n uint32) []byte {
	b, ok := in.module.Memory().Read(at, n)
	if !ok {
		panic(errMemory)
	}
	return b
}

// allocate gives n bytes of the module's heap.
func (in *instance) allocate(ctx context.Context, n int) uint32 {
	at := uint32(in.export(ctx, malloc, uint64(n)))
	if at == 0 {
		panic(errors.New("out of memory"))
	}
	return at
}

func (in *instance) release(ctx context.Context, at uint32) { in.export(ctx, free, uint64(at)) }
