package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"besedka/flows/programme"
	"besedka/web/browsertest"
)

var picture = flag.Bool("picture", false, "write docs/demo.png, the picture of the README")

// TestTheThreeMinutes lives what an outsider does in the demonstration: from
// `make run` to points on the balance, with the tax service down on the way,
// the program stopped and started, and the script edited.
func TestTheThreeMinutes(t *testing.T) {
	if testing.Short() {
		t.Skip("a story of minutes")
	}
	t.Parallel()
	data, address := dataFolder(t), freeAddress(t)
	scripts := filepath.Join(data, "polyanka")
	if err := os.CopyFS(scripts, programme.Files); err != nil {
		t.Fatal(err)
	}
	app := serve(t, data, address, "--demo", "--programme", "polyanka")
	v := visitor{browsertest.Open(t, app.url+"/demo"), app.url}
	v.AllowConsole() // the program is stopped on purpose

	v.sends("good")
	v.hears("Вижу чек на 1 284,50 ₽. Проверяю. А пока познакомимся?")
	v.getsAcquainted()
	v.hears("+23,57 бонуса")
	v.taps("Почему столько?")
	v.hears("Йогурты «Лесной луг»: 7 % от 79,90 = 5,593")
	v.hears("Вместе = 23,576, вниз до 23,57")
	if *picture {
		v.Scheme("light")
		v.Shot("../../docs/demo.png")
	}
	v.sends("again")
	v.hears("уже засчитан")
	v.Axe()

	v.Go(v.url + "/demo?shopper=2")
	v.sends("good")
	v.hears("Этот чек принять не могу")
	if all := v.Text("[data-log]"); strings.Contains(all, "Анна") || strings.Contains(all, "23,57") {
		t.Errorf("the second shopper reads about the first: %s", all)
	}

	v.Go(v.url + "/demo")
	v.Click(".switch .down span")
	v.Until(`document.querySelector("[name=service][value=down]").checked`)
	v.sends("another")
	v.hears("на 480 ₽")
	app.stop()
	serve(t, data, address, "--demo", "--programme", "polyanka")
	v.Until(`document.querySelector("#scene").textContent.includes("480")`)
	v.Go(v.url + "/demo")
	v.Until(`document.querySelector("[name=service][value=down]").checked`)
	v.Click(".switch .up span")
	v.hears("+11,43")
	v.Until(`document.querySelector("#scene .balance b").textContent === "35"`)
	v.Click("#check-books")
	v.Until(`document.querySelector("#books").textContent.includes("Сходится")`)

	v.editsTheScript(t, scripts)
}

// visitor is somebody at the demonstration page.
type visitor struct {
	*browsertest.Page
	url string
}

func (v visitor) sends(kind string) { v.Click(`[data-send="` + kind + `"]`) }

// hears waits until the last thing the bot said holds the words.
func (v visitor) hears(words string) {
	const last = `[...document.querySelectorAll("[data-log] .line:not(.shopper)")].at(-1)`
	v.Until(last + ` && ` + plainSpaces(last+`.textContent`) + `.includes(` + strconv.Quote(words) + `)`)
}

// plainSpaces makes no-break spaces of every width ordinary ones.
func plainSpaces(text string) string { return text + `.replace(/[\u00a0\u202f]/g, " ")` }

func (v visitor) says(words string) {
	v.Click("#say")
	v.Press(words + kb.Enter)
}

func (v visitor) taps(title string) {
	const button = `[...document.querySelectorAll("[data-log] [data-tap]")].findLast(b => b.textContent === `
	v.Until(button + strconv.Quote(title) + `)?.click() === undefined && ` + button + strconv.Quote(title) + `)`)
}

// getsAcquainted answers the questionnaire, and asks for the balance in the
// middle of it.
func (v visitor) getsAcquainted() {
	v.taps("Согласие даю")
	v.hears("?")
	v.says("Анна")
	v.hears("день рождения")
	v.says("12.05.1990")
	v.hears("город")
	v.says("баланс")
	v.hears("Бонусов пока 0")
	v.hears("город") // asked again
	v.says("Казань")
	v.hears("дети")
	v.taps("Есть")
	v.hears("откуда вы о нас узнали")
	v.taps("От друзей")
	v.hears("номер телефона")
	v.taps("Пропустить")
}

// editsTheScript changes the greeting, which the next chat speaks, and then
// makes a mistake, which is shown with its place and changes nothing.
func (v visitor) editsTheScript(t *testing.T, scripts string) {
	t.Helper()
	file := filepath.Join(filepath.Dir(scripts), v.Text("#script-card .file code")) // as serve names it from its folder
	before, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	greeting := bytes.ReplaceAll(before, []byte("Познакомимся? "), []byte("Заглянете на огонёк? "))
	if bytes.Equal(greeting, before) {
		t.Fatal("the shipped greeting is worded otherwise now")
	}
	release := v.Text("#script-card")
	write(t, file, greeting)
	v.Until(`document.querySelector("#script-card").textContent.trim() !== ` + strconv.Quote(strings.TrimSpace(release)))
	v.Go(v.url + "/demo?shopper=2")
	v.Click("form[action^='/demo/again'] button")
	v.Until(`document.querySelectorAll("[data-log] .line").length === 0`)
	v.says("привет")
	v.hears("Заглянете на огонёк?")

	onboarding := filepath.Join(scripts, "flows", "onboarding.yaml")
	script, err := os.ReadFile(onboarding)
	if err != nil {
		t.Fatal(err)
	}
	write(t, onboarding, bytes.Replace(script, []byte("refuse: later }"), []byte("refuse: latr }"), 1))
	v.Until(`document.querySelector(".problems")?.textContent.includes("flows/onboarding.yaml:")`)
	v.Until(`document.querySelector(".problems").textContent.includes("later")`) // did you mean
	v.taps("Не сейчас")
	v.hears("«начать»") // the published release goes on
}

func write(t *testing.T, file string, text []byte) {
	t.Helper()
	if err := os.WriteFile(file, text, 0o644); err != nil {
		t.Fatal(err)
	}
}
