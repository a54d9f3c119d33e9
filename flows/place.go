package flows

import (
	"path"
	"slices"
	"strings"

	"besedka/core/source"
)

// ownFolders are those in which nothing but files of a programme lies, each right in it.
var ownFolders = []string{"flows", "surveys", "campaigns"}

// checkPlaces finds scripts that are written where nothing reads them.
func (l *loader) checkPlaces() {
	for _, name := range l.names {
		folder, rest, inside := strings.Cut(name, "/")
		ext := path.Ext(name)
		hidden := strings.HasPrefix(name, ".") || strings.Contains(name, "/.")
		if !inside || hidden || !slices.Contains(ownFolders, folder) || ext != ".yaml" && ext != ".yml" {
			continue
		}
		if strings.Contains(rest, "/") || ext == ".yml" {
			own := folder + "/" + strings.TrimSuffix(path.Base(name), ext) + ".yaml"
			l.report(start(name), "L696", source.Sentence("«%s» никто не прочтёт", "nobody reads “%s”", name),
				source.Sentence("назовите его %s", "call it %s", own))
		}
	}
}
