package dialogs

import (
	"regexp"
	"strings"

	"besedka/core/expr"
)

// address is what a mailbox looks like to those who have one: RFC 5321 lets more
// through, and a letter tells the rest.
var address = regexp.MustCompile(`^[\p{L}\d._%+'-]{1,64}@[\p{L}\d-]+(\.[\p{L}\d-]+)+$`)

const maxAddress = 254 // RFC 5321, 4.5.3.1.3

func (t *turn) email(text string) (reason string) {
	if len(text) > maxAddress || !address.MatchString(text) {
		return "not_an_email"
	}
	local, domain, _ := strings.Cut(text, "@")
	t.answer = expr.TextOf(local + "@" + strings.ToLower(domain))
	return ""
}

// matches wants the whole answer, as words has cleaned it, to match.
func (t *turn) matches(pattern *regexp.Regexp) (reason string) {
	if !pattern.MatchString(t.answer.Text()) {
		t.answer = expr.Value{}
		return "no_match"
	}
	return ""
}
