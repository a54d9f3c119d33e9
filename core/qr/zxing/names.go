package zxing

// The letters of release 3.1.4 for what emscripten calls by name. Imports that are
// not here are the invoke_ trampolines, one for every signature.
const (
	throwImport       = "q" // __cxa_throw
	rethrowImport     = "T" // __cxa_rethrow
	resumeImport      = "e" // __resumeException
	beginCatchImport  = "r" // __cxa_begin_catch
	endCatchImport    = "J" // __cxa_end_catch
	matchNoneImport   = "a" // __cxa_find_matching_catch_2: a clean-up, catches nothing
	matchOneImport    = "i" // __cxa_find_matching_catch_3
	matchTwoImport    = "l" // __cxa_find_matching_catch_4
	typeIDImport      = "v" // llvm_eh_typeid_for: a type is its own number
	abortImport       = "Z" // abort
	resizeHeapImport  = "_" // emscripten_resize_heap
	valueObjectImport = "F" // _embind_register_value_object
	valueFieldImport  = "oa"
	functionImport    = "V"
	classImport       = "la"
	methodImport      = "E"
)

// importModule is the name of the module that all imports are of.
const importModule = "a"

// quietImports are registrations of types and classes that nobody here uses, and
// answer 0.
var quietImports = []string{"C", "H", "I", "P", "Q", "U", "Y", "aa", "fa", "ga", "ha", "ia", "ja", "ka", "ma", "na", "pa", "s", "x"}

// The letters of exports.
const (
	callConstructors = "ra" // __wasm_call_ctors
	malloc           = "va"
	free             = "ta"
	exceptionPointer = "wa" // __cxa_get_exception_ptr
	setThrew         = "xa"
	setTemporary     = "ya" // setTempRet0
	restoreStack     = "za"
	stackPointer     = "Aa"
	addReference     = "Ba" // __cxa_increment_exception_refcount
	dropReference    = "Ca" // __cxa_decrement_exception_refcount
	canCatch         = "Da" // __cxa_can_catch
)
