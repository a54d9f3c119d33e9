package zxing

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"runtime"

	"github.com/tetratelabs/wazero"
)

// Version is the release of the npm package that Open takes, and sum the SHA-256 of
// its dist/reader/zxing_reader.wasm.
const (
	Version = "3.1.4"
	sum     = "e8af31edb56d0522f4de74495839385ef019ba8bc90d38e5ecb2f18795d86fb2"
)

// Limits of a call.
const (
	MaxPixels   = 16_000_000 // of a picture
	memoryPages = 160 << 4   // 160 MB of 64 KB pages: three copies of such a picture and room to work
)

// ErrWrongModule says that the bytes are not the release this package is written for.
var ErrWrongModule = errors.New("not zxing_reader.wasm of zxing-wasm " + Version)

// Engine is the compiled module with a pool of its instances, each for one call at a
// time. It is safe for concurrent use.
type Engine struct {
	runtime  wazero.Runtime
	module   wazero.CompiledModule
	imported map[uint32]string // slots of the module's table that hold imports
	idle     chan *instance    // nil stands for one that is still to be made
}

// Open compiles the module, within a second, and keeps the machine code in the folder
// cache for the next time; "" keeps nothing. It refuses any bytes but Version's.
//
// Time is capped in invoke and not by WithCloseOnContextDone, which asks Go at every
// turn of every loop: a call took 240 ms with it and takes 5 ms without.
func Open(ctx context.Context, wasm []byte, cache string) (*Engine, error) {
	if got := sha256.Sum256(wasm); hex.EncodeToString(got[:]) != sum {
		return nil, ErrWrongModule
	}
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(memoryPages)
	if cache != "" {
		kept, err := wazero.NewCompilationCacheWithDir(cache)
		if err != nil {
			return nil, fmt.Errorf("cache of compiled modules: %w", err)
		}
		config = config.WithCompilationCache(kept)
	}
	e := &Engine{runtime: wazero.NewRuntimeWithConfig(ctx, config), idle: make(chan *instance, runtime.GOMAXPROCS(0))}
	if err := e.load(ctx, wasm); err != nil {
		return nil, errors.Join(err, e.Close(ctx))
	}
	return e, nil
}

// load compiles the module, gives it a host and tries it once: what does not start
// now would not start later.
func (e *Engine) load(ctx context.Context, wasm []byte) (err error) {
	if e.module, err = e.runtime.CompileModule(ctx, wasm); err != nil {
		return fmt.Errorf("compile zxing-cpp: %w", err)
	}
	if e.imported, err = importedSlots(wasm, e.module); err != nil {
		return err
	}
	if err := serveImports(ctx, e.runtime, e.module); err != nil {
		return fmt.Errorf("imports of zxing-cpp: %w", err)
	}
	first, err := e.start(ctx)
	if err != nil {
		return err
	}
	e.idle <- first
	for range cap(e.idle) - 1 {
		e.idle <- nil
	}
	return nil
}

// Close frees the engine; calls that run end with an error.
func (e *Engine) Close(ctx context.Context) error { return e.runtime.Close(ctx) }

// Read finds the QR codes in a picture. It waits for a free instance; an instance
// that failed, or whose time ctx ended, is thrown away.
func (e *Engine) Read(ctx context.Context, g *image.Gray, o Options) ([]Symbol, error) {
	if g.Rect.Dx()*g.Rect.Dy() > MaxPixels {
		return nil, fmt.Errorf("a picture of %d by %d is too large", g.Rect.Dx(), g.Rect.Dy())
	}
	var in *instance
	select {
	case in = <-e.idle:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	symbols, err := e.read(ctx, &in, g, o)
	if err != nil {
		in = in.drop()
	}
	e.idle <- in
	return symbols, err
}

func (e *Engine) read(ctx context.Context, in **instance, g *image.Gray, o Options) (_ []Symbol, err error) {
	if *in == nil {
		if *in, err = e.start(ctx); err != nil {
			return nil, err
		}
	}
	return (*in).read(ctx, g, o)
}
