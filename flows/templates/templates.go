package templates

import (
	"embed"
	"errors"
	"io/fs"
	"strings"
)

// Names are the templates there are.
var Names = []string{"brand", "mall", "retail"}

// common is what all templates share.
const common = "base"

//go:embed base brand mall retail
var files embed.FS

// Readme is the file that tells the marketer what to do, with Folder where it
// names the folder it lies in.
const (
	Readme = "README.md"
	Folder = "{folder}"
)

// Files returns the files of a template by their paths in a programme folder.
// Its own take the place of common ones with the same path.
func Files(name string) (map[string][]byte, error) {
	found := map[string][]byte{}
	return found, errors.Join(collect(common, found), collect(name, found))
}

func collect(root string, into map[string][]byte) error {
	return fs.WalkDir(files, root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		into[strings.TrimPrefix(path, root+"/")], err = files.ReadFile(path)
		return err
	})
}
