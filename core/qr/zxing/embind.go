package zxing

import (
	"context"
	"errors"

	"github.com/tetratelabs/wazero/api"
)

// bindings are what the module registers with embind while it starts: the few types
// and functions that a call needs.
type bindings struct {
	objects map[uint32]*object // by type
	named   map[string]*object
	decode  invoker // readBarcodesFromPixmap
	size    invoker // of the vector that it returns
	discard uint32  // slot of the vector's destructor
}

// invoker is a slot of the table that calls through a pointer of C++.
type invoker struct{ slot, context uint32 }

// object is a struct of C++ whose fields are read and written through functions.
type object struct {
	construct, destroy uint32
	fields             map[string]field
}

type field struct{ get, set invoker }

func newBindings() bindings {
	return bindings{objects: map[uint32]*object{}, named: map[string]*object{}}
}

// complete tells whether all that a call needs was registered.
func (b *bindings) complete() error {
	for _, name := range []string{optionsType, resultType, positionType, pointType} {
		if b.named[name] == nil {
			return errors.New("zxing-cpp did not register " + name)
		}
	}
	if b.decode.slot == 0 || b.size.slot == 0 || b.discard == 0 {
		return errors.New("zxing-cpp did not register its reader")
	}
	return nil
}

// registerObject is _embind_register_value_object(type, name, signature, constructor,
// signature, destructor).
func registerObject(ctx context.Context, _ api.Module, stack []uint64) {
	in := of(ctx)
	o := &object{construct: uint32(stack[3]), destroy: uint32(stack[5]), fields: map[string]field{}}
	in.objects[uint32(stack[0])], in.named[in.name(uint32(stack[1]))] = o, o
}

// registerField is _embind_register_value_object_field(type, name, getter's type,
// signature, getter, its context, setter's type, signature, setter, its context).
func registerField(ctx context.Context, _ api.Module, stack []uint64) {
	in := of(ctx)
	in.objects[uint32(stack[0])].fields[in.name(uint32(stack[1]))] = field{
		get: invoker{uint32(stack[4]), uint32(stack[5])},
		set: invoker{uint32(stack[8]), uint32(stack[9])},
	}
}

// registerFunction is _embind_register_function(name, arguments, their types,
// signature, invoker, function, ...).
func registerFunction(ctx context.Context, _ api.Module, stack []uint64) {
	if in := of(ctx); in.name(uint32(stack[0])) == decodeFunction {
		in.decode = invoker{uint32(stack[4]), uint32(stack[5])}
	}
}

// registerClass is _embind_register_class(type, ..., destructor): the vector of
// results is the only class of the module.
func registerClass(ctx context.Context, _ api.Module, stack []uint64) {
	of(ctx).discard = uint32(stack[12])
}

// registerMethod is _embind_register_class_function(type, name, arguments, their
// types, signature, invoker, context, ...).
func registerMethod(ctx context.Context, _ api.Module, stack []uint64) {
	if in := of(ctx); in.name(uint32(stack[1])) == "size" {
		in.size = invoker{uint32(stack[5]), uint32(stack[6])}
	}
}

// name reads a C string of C++'s own names.
func (in *instance) name(at uint32) string {
	const longest = 64
	for n := range uint32(longest) {
		if b := in.bytes(at, n+1); b[n] == 0 {
			return string(b[:n])
		}
	}
	panic(errors.New("a name without an end"))
}
