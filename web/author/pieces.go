package author

import (
	"path"
	"regexp"
)

// piece is a part of a note; with a file it is a place to go to.
type piece struct{ Text, File, Line, Col string }

// short is a place as it fits into a chat.
func (p piece) short() string { return path.Base(p.File) + ":" + p.Line }

// places in files as notes and tests name them.
var places = regexp.MustCompile(`([\pL\pN_./-]+\.yaml):(\d+):(\d+)`)

// pieces parts a note at the places in files that it names.
func pieces(note string) []piece {
	var list []piece
	last := 0
	for _, at := range places.FindAllStringSubmatchIndex(note, -1) {
		list = append(list, piece{Text: note[last:at[0]]})
		list = append(list, piece{Text: note[at[0]:at[1]], File: note[at[2]:at[3]], Line: note[at[4]:at[5]], Col: note[at[6]:at[7]]})
		last = at[1]
	}
	return append(list, piece{Text: note[last:]})
}
