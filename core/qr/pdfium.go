package qr

import (
	"context"
	"errors"
	"io"
	"reflect"
	"sync"

	"github.com/klippa-app/go-pdfium"
	"github.com/klippa-app/go-pdfium/webassembly"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// PDFium reads PDFs in a sandbox, without files or network. It takes seconds to
// compile; every PDF gets an instance of its own.
type PDFium struct {
	cache string
	once  sync.Once
	ready chan struct{} // closed when pool or err is there
	pool  pdfium.Pool
	err   error
}

// NewPDFium costs nothing yet. The folder cache, "" for none, keeps the compiled code:
// with it the next start takes a tenth of a second.
func NewPDFium(cache string) *PDFium { return &PDFium{cache: cache, ready: make(chan struct{})} }

// Start compiles it in the background, once; the first PDF would do so, too.
func (p *PDFium) Start() {
	p.once.Do(func() {
		go func() {
			defer close(p.ready)
			p.pool, p.err = compile(p.cache)
		}()
	})
}

// compile does without a cache that cannot be written or is damaged.
func compile(cache string) (pdfium.Pool, error) {
	config := wazero.NewRuntimeConfig().WithMemoryLimitPages(memory).WithCloseOnContextDone(true)
	if cache != "" {
		kept, err := wazero.NewCompilationCacheWithDir(cache)
		if err != nil {
			return compile("")
		}
		config = config.WithCompilationCache(kept)
	}
	pool, err := webassembly.Init(webassembly.Config{
		MaxTotal: maxReaders, FSConfig: wazero.NewFSConfig(), Stdout: io.Discard, Stderr: io.Discard, RuntimeConfig: config,
	})
	if err != nil && cache != "" {
		return compile("")
	}
	return pool, err
}

// instance waits until there is one.
func (p *PDFium) instance(ctx context.Context) (pdfium.Pdfium, error) {
	if p == nil {
		return nil, errors.New("no reader of PDFs")
	}
	p.Start()
	select {
	case <-p.ready:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if p.err != nil {
		return nil, p.err
	}
	return p.pool.GetInstanceWithContext(ctx)
}

// close frees what there is. What is still being compiled ends with the process:
// nobody waits for it.
func (p *PDFium) close() error {
	p.once.Do(func() {
		p.err = errors.New("closed")
		close(p.ready)
	})
	select {
	case <-p.ready:
		if p.pool != nil {
			return p.pool.Close()
		}
	default:
	}
	return nil
}

// sandbox is what an instance runs in: closed, it ends a call that goes on, as wazero
// says of WithCloseOnContextDone. The library's Kill does not come so far: it forgets its
// pool, then asks it (v1.18.0). Nothing of its interface leads here.
func sandbox(instance pdfium.Pdfium) api.Module {
	return reflect.ValueOf(instance.GetImplementation()).Elem().FieldByName("Module").Interface().(api.Module)
}
