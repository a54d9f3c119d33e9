// Package zxing reads QR codes with zxing-cpp, compiled to WebAssembly by the npm
// package zxing-wasm and run by wazero: no cgo, and strangers' pictures meet C++ only
// in a sandbox whose memory and time are capped. A trap costs the call it happens in.
//
// The module is no WASI program but half of an emscripten one; its other half is
// here: exceptions.go and embind.go are what emscripten's JavaScript does. The names
// of imports and exports are letters that change with every release (names.go), so
// Open takes exactly one file, told by its SHA-256.
package zxing
