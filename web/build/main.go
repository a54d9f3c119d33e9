// Command build bundles the styles and scripts of web/src with the npm
// packages they import into web/dist, from where the server embeds them. Run
// it from the module's root after npm ci: go run ./web/build
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/evanw/esbuild/pkg/api"
)

func main() {
	if err := run("web"); err != nil {
		fmt.Fprintln(os.Stderr, "build web assets:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	dist := filepath.Join(dir, "dist")
	if err := sweep(dist); err != nil {
		return err
	}
	result := api.Build(options(dir, dist))
	if len(result.Errors) > 0 {
		return fmt.Errorf("%d errors", len(result.Errors)) // esbuild has printed them
	}
	if err := copyMistakes(filepath.Join(dir, "..", "docs", "checks"), dist); err != nil {
		return err
	}
	if err := copyZXing(dir, dist); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "meta.json"), []byte(result.Metafile), 0o644)
}

// copyMistakes takes along the pages about mistakes: what an author is shown
// beside the file that has one.
func copyMistakes(from, dist string) error {
	pages, err := filepath.Glob(filepath.Join(from, "L*.md"))
	if err != nil {
		return err
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(dist, "mistake-"+filepath.Base(page)), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// copyZXing takes along what reads photos, for the server and not for browsers.
func copyZXing(dir, dist string) error {
	module, err := os.ReadFile(filepath.Join(dir, "node_modules", "zxing-wasm", "dist", "reader", "zxing_reader.wasm"))
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dist, "zxing-reader.wasm"), module, 0o644)
}

// sweep removes what earlier builds left; .keep lets the server compile
// before the first one.
func sweep(dist string) error {
	old, err := filepath.Glob(filepath.Join(dist, "*-*"))
	if err != nil {
		return err
	}
	errs := []error{}
	for _, path := range append(old, filepath.Join(dist, "meta.json")) {
		if err := os.Remove(path); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

func options(dir, dist string) api.BuildOptions {
	source := func(name string) string { return filepath.Join(dir, "src", name) }
	return api.BuildOptions{
		EntryPoints:       []string{source("app.css"), source("chat.js"), source("demo.js"), source("frame.js"), source("inside.js"), source("widget.js"), source("author.css"), source("shop.css"), source("author.js"), source("console.css"), source("console.js"), source("inbox.js"), source("review.js")},
		Outdir:            dist,
		EntryNames:        "[name]-[hash]",
		AssetNames:        "[name]-[hash]",
		Bundle:            true,
		Write:             true,
		Metafile:          true,
		Format:            api.FormatESModule,
		Target:            api.ES2022,
		MinifyWhitespace:  true,
		MinifyIdentifiers: true,
		MinifySyntax:      true,
		LegalComments:     api.LegalCommentsLinked,
		Loader:            map[string]api.Loader{".woff2": api.LoaderFile},
		LogLevel:          api.LogLevelWarning,
	}
}
