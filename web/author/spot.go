package author

import (
	"regexp"
	"slices"
	"strings"
)

// spot is where in a YAML file a caret stands. It is told from the lines
// around it, by their indents: a file that is being typed cannot be parsed.
type spot struct {
	path   []string // keys above, "-" for an item of a list
	key    string   // whose value is written; "": a key is
	beside []string // the other keys of the same map
	word   string   // begun
	prefix string   // of the name that the word goes on, "{" alone for any: profile.
}

var (
	wordEnd   = regexp.MustCompile(`[\pL\pN_-]*$`)
	dotted    = regexp.MustCompile(`[\pL_]+\.$`)
	keyStart  = regexp.MustCompile(`^("[^"]*"|'[^']*'|[^\s#:{}\[\],"'][^:{}\[\],]*?)\s*:(\s|$)`)
	dash      = regexp.MustCompile(`^-\s+`)
	wordParts = regexp.MustCompile(`[\pL\pN_./-]+`)
)

// expressions are the keys whose values are conditions.
var expressions = []string{"when", "skip"}

// spotOf finds the caret at a line, from 1, behind so many characters.
func spotOf(text string, line, col int) spot {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return spot{}
	}
	left := string(head([]rune(lines[line-1]), col))
	rest, indent := unindent(left)
	var at spot
	dashes := 0
	for dash.MatchString(rest) || rest == "-" {
		inner := strings.TrimPrefix(dash.ReplaceAllString(rest, ""), "-")
		indent, dashes, rest = indent+len(rest)-len(inner), dashes+1, inner
	}
	at.path = pathAbove(lines[:line-1], indent, dashes)
	at.beside = keysBeside(lines, line-1, indent)
	at.inLine(rest)
	at.word = wordEnd.FindString(left)
	before := strings.TrimSuffix(left, at.word)
	switch brace := strings.LastIndex(before, "{"); {
	case dotted.MatchString(before):
		at.prefix = dotted.FindString(before)
	case brace >= 0 && strings.HasSuffix(before, "{") && strings.Count(before, `"`)%2 == 1, slices.Contains(expressions, at.key):
		at.prefix = "{"
	}
	return at
}

func head(line []rune, col int) []rune { return line[:max(0, min(col, len(line)))] }

// unindent parts a line from the spaces before it.
func unindent(line string) (rest string, indent int) {
	rest = strings.TrimLeft(line, " ")
	return rest, len(line) - len(rest)
}

// pathAbove walks up to the lines that this one is inside of.
func pathAbove(lines []string, indent, dashes int) []string {
	var path []string
	if dashes > 0 {
		path, indent = slices.Repeat([]string{"-"}, dashes), indent-2*dashes+1 // the key of a list may stand as deep as its dashes
	}
	for i := len(lines) - 1; i >= 0 && indent > 0; i-- {
		rest, deep := unindent(lines[i])
		if rest == "" || rest[0] == '#' || deep >= indent {
			continue
		}
		inner, item := deep, dash.MatchString(rest)
		if item {
			without := dash.ReplaceAllString(rest, "")
			inner, rest = deep+len(rest)-len(without), without
		}
		if key := keyOf(rest); key != "" && inner < indent {
			path = append(path, key)
		}
		if indent = deep; item {
			path, indent = append(path, "-"), deep+1
		}
	}
	slices.Reverse(path)
	return path
}

// keyOf is the key that a line begins with, "" for none.
func keyOf(rest string) string {
	m := keyStart.FindStringSubmatch(rest)
	if m == nil {
		return ""
	}
	return strings.Trim(m[1], `"'`)
}

// keysBeside are the other keys of the block that a line belongs to.
func keysBeside(lines []string, here, indent int) []string {
	var keys []string
	for _, step := range []int{-1, 1} {
		for i := here + step; i >= 0 && i < len(lines); i += step {
			rest, deep := unindent(lines[i])
			if rest == "" || rest[0] == '#' {
				continue
			}
			inner := dash.ReplaceAllString(rest, "")
			if at := deep + len(rest) - len(inner); at < indent {
				break
			} else if key := keyOf(inner); at == indent && key != "" {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// frame is an open bracket of a line.
type frame struct {
	list bool
	key  string // whose value is written
	keys []string
}

// inLine follows the brackets of the line up to the caret.
func (at *spot) inLine(rest string) {
	frames, token, quote := []frame{{}}, "", rune(0)
	for i, r := range rest {
		top := &frames[len(frames)-1]
		switch {
		case quote != 0:
			if r == quote {
				quote = 0
			}
		case (r == '"' || r == '\'') && strings.TrimSpace(token) == "":
			quote = r
		case r == ':' && !top.list && top.key == "" && (i+1 == len(rest) || rest[i+1] == ' '):
			top.key, token = strings.TrimSpace(token), ""
			top.keys = append(top.keys, top.key)
		case (r == '{' || r == '[') && strings.TrimSpace(token) == "":
			frames, token = append(frames, frame{list: r == '['}), ""
		case (r == '}' || r == ']') && len(frames) > 1:
			frames, token = frames[:len(frames)-1], ""
		case r == ',' && len(frames) > 1:
			top.key, token = "", ""
		default:
			token += string(r)
		}
	}
	at.take(frames)
}

// take adds the open brackets to the path. The value of a list is its key's.
func (at *spot) take(frames []frame) {
	last := len(frames) - 1
	for _, f := range frames[:last] {
		if f.list {
			at.path = append(at.path, "-")
		} else if f.key != "" {
			at.path = append(at.path, f.key)
		}
	}
	top := frames[last]
	at.key = top.key
	if last > 0 {
		at.beside = top.keys
	}
	if top.list && len(at.path) > 0 {
		at.key, at.path = at.path[len(at.path)-1], at.path[:len(at.path)-1]
	}
}

// wordAt is the name around a place.
func wordAt(text string, line, col int) string {
	lines := strings.Split(text, "\n")
	if line < 1 || line > len(lines) {
		return ""
	}
	left := len(string(head([]rune(lines[line-1]), col)))
	for _, m := range wordParts.FindAllStringIndex(lines[line-1], -1) {
		if m[0] <= left && left <= m[1] {
			return lines[line-1][m[0]:m[1]]
		}
	}
	return ""
}

// stepsIn are the steps of a flow that is being written.
func stepsIn(text string) []string {
	_, below, found := strings.Cut("\n"+text, "\nsteps:")
	if !found {
		return nil
	}
	var steps []string
	first := 0
	for line := range strings.Lines(below) {
		rest, indent := unindent(strings.TrimRight(line, "\r\n"))
		key := keyOf(rest)
		if first == 0 && key != "" && indent > 0 {
			first = indent
		}
		if key != "" && indent == 0 {
			break
		}
		if key != "" && indent == first {
			steps = append(steps, key)
		}
	}
	return steps
}
