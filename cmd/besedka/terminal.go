package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"besedka/core/chat"
	"besedka/core/expr"
	"besedka/core/source"
	"besedka/dialogs/transcript"
)

// terminal is a talk by lines of text.
type terminal struct {
	in    <-chan string
	out   io.Writer
	lang  string
	why   bool
	talk  *transcript.Talk
	first string // message typed
	now   time.Time
}

// lines hands on what is typed until it ends or ctx does.
func lines(ctx context.Context, r io.Reader) <-chan string {
	typed := make(chan string)
	go func() {
		defer close(typed)
		for s := bufio.NewScanner(r); s.Scan(); {
			select {
			case typed <- s.Text():
			case <-ctx.Done():
				return
			}
		}
	}()
	return typed
}

// next is the next line, io.EOF after the last.
func (t *terminal) next(ctx context.Context) (string, error) {
	fmt.Fprint(t.out, "> ")
	select {
	case line, ok := <-t.in:
		if line = strings.TrimSpace(line); ok && line != ":quit" {
			return line, nil
		}
	case <-ctx.Done():
	}
	fmt.Fprintln(t.out)
	return "", io.EOF
}

// run talks until there are no more lines; at is the step to begin at, "" for
// none.
func (t *terminal) run(ctx context.Context, at string) (err error) {
	t.tell(playHelp)
	if at != "" {
		if err := t.do(":begin " + at); err != nil {
			return err
		}
	}
	for {
		typed, err := t.next(ctx)
		switch {
		case err != nil:
			return nil
		case typed == ":help":
			t.tell(playHelp)
			continue
		case typed == "":
			continue
		}
		if err := t.do(typed); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			fmt.Fprintln(t.out, "!", t.trouble(err))
		} else if t.first == "" {
			t.first = typed
		}
	}
}

func (t *terminal) do(typed string) error {
	r, err := t.talk.Do(typed)
	if err != nil {
		return err
	}
	if t.why {
		for _, text := range transcript.Explain(r.Notes) {
			fmt.Fprintln(t.out, "  ~", text.In(t.lang))
		}
	}
	if !t.now.IsZero() && !r.Now.Equal(t.now) {
		fmt.Fprintln(t.out, "--", r.Now.Format("2006-01-02 15:04"))
	}
	t.now = r.Now
	for _, m := range r.Messages {
		t.print(m)
	}
	return nil
}

// print prints a message and its buttons by number.
func (t *terminal) print(m chat.Message) {
	if m.Over != "" {
		t.tell(source.Sentence("(прежнее сообщение стало таким)", "(the message before has become this)"))
	}
	if m.Media != nil {
		t.tell(source.Sentence("(картинка %s)", "(picture %s)", strings.TrimSpace(m.Media.Path+" "+m.Media.Alt)))
	}
	fmt.Fprintln(t.out, m.Text)
	for i, b := range m.Buttons {
		title := b.Title
		switch {
		case b.URL != "":
			title += " -> " + b.URL
		case b.Contact:
			title += " -> :contact"
		}
		fmt.Fprintf(t.out, "  [%d] %s\n", i+1, title)
	}
}

// ask wants the outcome of a call.
func (t *terminal) ask(ctx context.Context, q transcript.Question) (string, error) {
	if q.Wrong != nil {
		fmt.Fprintln(t.out, "!", t.trouble(q.Wrong))
	}
	fmt.Fprintln(t.out, strings.TrimSpace("? "+q.Name+" "+arguments(q.Args)))
	for i, outcome := range q.Outcomes {
		fmt.Fprintf(t.out, "  [%d] %s\n", i+1, outcome)
	}
	if len(q.Values) > 0 {
		t.tell(source.Sentence("  номер или исход и, если нужно, значения: %s", "  a number or an outcome and, where needed, values: %s", strings.Join(q.Values, "=… ")+"=…"))
	}
	return t.next(ctx)
}

func arguments(args map[string]expr.Value) string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(args)) {
		list = append(list, name+"="+args[name].String())
	}
	return strings.Join(list, " ")
}

func (t *terminal) tell(text source.Text) { fmt.Fprintln(t.out, text.In(t.lang)) }

func (t *terminal) trouble(err error) string {
	if p, ok := errors.AsType[*source.Problem](err); ok {
		return typo(p, t.lang)
	}
	return err.Error()
}

// typo is a problem, without its place when it was typed.
func typo(p *source.Problem, lang string) string {
	if p.File != "" {
		return p.In(lang)
	}
	return strings.TrimSuffix(p.What.In(lang)+"; "+p.Cure.In(lang), "; ")
}

var playHelp = source.Sentence(
	`Пишите как участник. Номер или слова кнопки нажимают её. Ещё есть:
  :photo ТЕКСТ_QR   :contact НОМЕР   :start ССЫЛКА   :press КНОПКА   :say СЛОВА
  :later 2h         :event имя ключ=значение   :fact имя=значение   :begin сценарий/шаг
  :help   :quit`,
	`Write as a shopper. The number or the words of a button tap it. There are also:
  :photo QRTEXT   :contact NUMBER   :start PAYLOAD   :press BUTTON   :say WORDS
  :later 2h       :event name key=value   :fact name=value   :begin flow/step
  :help   :quit`)
