package mail

import (
	"fmt"
	"html"
	"regexp"
	"strings"

	gomail "github.com/wneessen/go-mail"

	"besedka/bots"
)

// message is a letter as plain text and as a small page of the same words.
func (c *Carrier) message(l bots.Letter) (m *gomail.Msg, id string, err error) {
	m, id = gomail.NewMsg(), c.messageID(l.Key)
	if m.To(l.To) != nil {
		return nil, "", fmt.Errorf("%w: no address of e-mail", bots.ErrRejected)
	}
	m.FromMailAddress(c.from)
	m.Subject(l.Title)
	m.SetMessageIDWithValue(id)
	m.SetDateWithValue(c.now())
	m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no robot answers it
	if l.Unsubscribe != "" {                           // RFC 8058, in one click
		m.SetListUnsubscribe(l.Unsubscribe)
		m.SetListUnsubscribePost()
	}
	m.SetBodyString(gomail.TypeTextPlain, l.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, page(l.Title, l.Text))
	return m, id, nil
}

var address = regexp.MustCompile(`https?://[^\s<>"]*[^\s<>".,!?)]`)

// page is a text with its paragraphs and addresses marked.
func page(title, text string) string {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html><html><head><meta charset="utf-8"><title>%s</title></head><body style="font:16px/1.5 sans-serif;max-width:36em;margin:1em auto;padding:0 1em">`, html.EscapeString(title))
	for paragraph := range strings.SplitSeq(strings.TrimSpace(text), "\n\n") {
		marked := strings.ReplaceAll(linked(strings.TrimSpace(paragraph)), "\n", "<br>")
		fmt.Fprintf(&b, "\n<p>%s</p>", marked)
	}
	b.WriteString("\n</body></html>\n")
	return b.String()
}

func linked(text string) string {
	var b strings.Builder
	for {
		at := address.FindStringIndex(text)
		if at == nil {
			return b.String() + html.EscapeString(text)
		}
		url := html.EscapeString(text[at[0]:at[1]])
		fmt.Fprintf(&b, `%s<a href="%s">%s</a>`, html.EscapeString(text[:at[0]]), url, url)
		text = text[at[1]:]
	}
}

func domainOf(address string) string {
	return address[strings.LastIndexByte(address, '@')+1:]
}
