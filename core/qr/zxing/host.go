package zxing

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// hosts are the imports that do something.
var hosts = map[string]api.GoModuleFunc{
	throwImport:       throw,
	rethrowImport:     rethrow,
	resumeImport:      resume,
	beginCatchImport:  beginCatch,
	endCatchImport:    endCatch,
	matchNoneImport:   match(0),
	matchOneImport:    match(1),
	matchTwoImport:    match(2),
	typeIDImport:      func(context.Context, api.Module, []uint64) {}, // the argument stays where the result goes
	abortImport:       func(context.Context, api.Module, []uint64) { panic(errors.New("abort")) },
	resizeHeapImport:  resizeHeap,
	valueObjectImport: registerObject,
	valueFieldImport:  registerField,
	functionImport:    registerFunction,
	classImport:       registerClass,
	methodImport:      registerMethod,
}

// serveImports gives the module what it imports from emscripten's JavaScript.
func serveImports(ctx context.Context, r wazero.Runtime, module wazero.CompiledModule) error {
	builder := r.NewHostModuleBuilder(importModule)
	for _, f := range module.ImportedFunctions() {
		_, name, _ := f.Import()
		builder.NewFunctionBuilder().WithGoModuleFunction(host(name, f), f.ParamTypes(), f.ResultTypes()).Export(name)
	}
	_, err := builder.Instantiate(ctx)
	return err
}

func host(name string, f api.FunctionDefinition) api.GoModuleFunc {
	if do := named(name, len(f.ResultTypes())); do != nil {
		return do
	}
	return invoke(f.ParamTypes()[1:], f.ResultTypes())
}

// named is the import of a name, nil for a trampoline.
func named(name string, results int) api.GoModuleFunc {
	if slices.Contains(quietImports, name) {
		return func(_ context.Context, _ api.Module, stack []uint64) { none(stack, results) }
	}
	return hosts[name]
}

// none answers 0 where an answer is due.
func none(stack []uint64, results int) {
	if results > 0 {
		stack[0] = 0
	}
}

// resizeHeap is emscripten_resize_heap(bytes): by a fifth at least, or by what is
// asked for where the cap leaves no more.
func resizeHeap(_ context.Context, module api.Module, stack []uint64) {
	const page = 64 << 10
	memory := module.Memory()
	have, want := memory.Size(), uint32(stack[0])
	stack[0] = 0
	for _, size := range [...]uint32{max(want, have+have/5), want} {
		if _, ok := memory.Grow((size - have + page - 1) / page); ok {
			stack[0] = 1
			return
		}
	}
}

// invoke is an invoke_ trampoline: it calls slot stack[0] of the table with the rest
// of the parameters, and catches what is thrown there. It is also where a call ends
// whose time is over: C++ comes by for every line of pixels that it looks at.
func invoke(params, results []api.ValueType) api.GoModuleFunc {
	return func(ctx context.Context, module api.Module, stack []uint64) {
		in, index := of(ctx), uint32(stack[0])
		if err := ctx.Err(); err != nil {
			panic(err)
		}
		sp := in.export(ctx, stackPointer)
		if name, ok := in.engine.imported[index]; ok {
			in.invokeHost(ctx, sp, named(name, len(results)), stack, len(results))
			return
		}
		f := in.find(index, params, results)
		out, err := f.Call(ctx, arguments(stack[1:], params)...)
		if err != nil {
			in.landed(ctx, sp, err)
			none(stack, len(results))
			return
		}
		in.slots.give(index, f)
		copy(stack, out)
	}
}

// arguments copies parameters off a stack. The upper half of a slot that holds an i32
// is whatever was there before, and wazero takes it for a part of an address.
func arguments(stack []uint64, params []api.ValueType) []uint64 {
	args := make([]uint64, len(params))
	for i, kind := range params {
		args[i] = stack[i]
		if kind == api.ValueTypeI32 {
			args[i] = uint64(uint32(stack[i]))
		}
	}
	return args
}

// invokeHost calls an import that stands in the table, which wazero 1.12 cannot look
// up: __cxa_throw is among them.
func (in *instance) invokeHost(ctx context.Context, sp uint64, do api.GoModuleFunc, stack []uint64, results int) {
	defer func() {
		if r := recover(); r != nil {
			err, _ := r.(error)
			in.landed(ctx, sp, err)
			none(stack, results)
		}
	}()
	args := append(slices.Clone(stack[1:]), 0) // one more for a result
	do(ctx, in.module, args)
	stack[0] = args[0]
}

// landed puts the module right after a call that threw; what is no C++ exception goes
// on as the trap that it is.
func (in *instance) landed(ctx context.Context, sp uint64, err error) {
	if _, ok := errors.AsType[thrown](err); !ok {
		panic(fmt.Errorf("trap: %w", err))
	}
	in.export(ctx, restoreStack, sp)
	in.export(ctx, setThrew, 1, 0)
}
