package web

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path"
)

//go:embed all:dist
var dist embed.FS

// assets maps the names of entry points (app.css) to the addresses of their
// built files (/a/app-1A2B3C4D.css). It is empty before the first build.
type assets map[string]string

// loadAssets reads what esbuild wrote about its outputs.
func loadAssets() (assets, error) {
	raw, err := dist.ReadFile("dist/meta.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read asset list: %w", err)
	}
	var meta struct {
		Outputs map[string]struct {
			EntryPoint string `json:"entryPoint"`
		} `json:"outputs"`
	}
	if err := json.Unmarshal(raw, &meta); err != nil {
		return nil, fmt.Errorf("read asset list: %w", err)
	}
	found := assets{}
	for output, about := range meta.Outputs {
		if about.EntryPoint != "" {
			found[path.Base(about.EntryPoint)] = "/a/" + path.Base(output)
		}
	}
	return found, nil
}

// Assets returns the addresses of built files by the names of their entry
// points, for pages outside this package; there are none before the first build.
func Assets() (map[string]string, error) { return loadAssets() }

// ServeAsset serves the built file that the path value file names. Its name
// holds the hash of its contents, so a browser may keep it for ever.
func ServeAsset(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	http.ServeFileFS(w, r, dist, "dist/"+r.PathValue("file"))
}

// ZXing is zxing-cpp as WebAssembly, which reads photos; nil before the first build.
func ZXing() []byte {
	module, err := dist.ReadFile("dist/zxing-reader.wasm")
	if err != nil {
		return nil
	}
	return module
}

// Mistake is the page of docs/checks about the mistake of a code, in Markdown.
func Mistake(code string) (string, error) {
	text, err := dist.ReadFile("dist/mistake-" + path.Base(code) + ".md")
	return string(text), err
}
