package release

import (
	"path"
	"strings"
	"unicode"

	"besedka/core/source"
)

// maxPath is how many bytes the path of a file that is written here may have.
const maxPath = 200

// Misplaced tells why a file cannot be written under a path, nil when it can: no release
// would take it, or it could not lie beside other files in a folder. A name with a dot
// is of a file and one without of a folder, so that no file is ever asked to be both.
func Misplaced(name string) *source.Problem {
	why, cure := source.Text{}, source.Sentence("назовите его flows/имя.yaml, locales/язык/имя.yaml, lists/имя.txt или media/имя.png", "call it flows/name.yaml, locales/lang/name.yaml, lists/name.txt or media/name.png")
	switch {
	case len(name) > maxPath || strings.ContainsFunc(name, unicode.IsControl):
		why = source.Sentence("имя файла длиннее %d байтов или в нём невидимые знаки", "the name of the file is longer than %d bytes or has invisible characters", maxPath)
	case !Belongs(name):
		why = source.Sentence("в программе нет места для файла «%s»: публикация его не возьмёт", "a programme has no place for the file “%s”: no publication would take it", name)
	case strings.Contains(path.Dir(name), ".") && path.Dir(name) != "." || !strings.Contains(path.Base(name), "."):
		why = source.Sentence("«%s» не сложить рядом с другими файлами: у папки точки в имени нет, у файла есть", "“%s” cannot lie beside other files: the name of a folder has no dot, that of a file has one", name)
	default:
		return nil
	}
	return &source.Problem{Pos: source.Pos{File: name, Line: 1, Col: 1}, Code: "L696", What: why, Cure: cure}
}
