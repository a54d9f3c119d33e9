package inbox_test

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"besedka/core/chat"
	"besedka/core/staff"
	"besedka/web/browsertest"
)

// shot keeps a picture for people to look at, when they ask for it.
func shot(p *browsertest.Page, name string) {
	dir := os.Getenv("BESEDKA_SHOTS")
	if dir == "" {
		return
	}
	for _, scheme := range []string{"light", "dark"} {
		p.Scheme(scheme)
		p.Shot(dir + "/" + name + "-" + scheme + ".png")
	}
}

// TestTakeoverInTwoWindows: a conversation appears by itself, one takes it and the other
// sees who has; what a shopper writes is text whatever it holds, and comes by itself;
// the reply goes by the keyboard, a draft outlives the page.
func TestTakeoverInTwoWindows(t *testing.T) {
	t.Parallel()
	h := open(t)
	anna, boris := browsertest.Open(t, "about:blank"), browsertest.Open(t, "about:blank")
	anna.Cookie(h.URL, h.SignIn("Анна", staff.Operator))
	boris.Cookie(h.URL, h.SignIn("Борис", staff.Operator))
	anna.Go(h.URL + "/console/inbox")
	anna.Until(`document.querySelector(".queue .empty")`)
	anna.Axe()
	h.writes("lida", "1", chat.Inbound{Text: "<img src=x onerror=alert(1)> \u202Eгде приз\u200B? =cmd|' /C calc'!A0"})
	id := h.calls()
	h.owns(id)
	h.waits(id, 4*time.Hour)
	anna.Until(`document.querySelector("[data-row]")?.textContent.includes("просрочено на")`)
	anna.Press("j")
	anna.Press(kb.Enter)
	anna.Until(`document.querySelector(".words")?.textContent.includes("onerror")`)
	anna.Until(`!document.querySelector(".thread img")`)
	anna.Axe()
	shot(anna, "inbox-waiting")
	h.waits(id, 0) // and what was said is why people were called
	boris.Go(fmt.Sprintf("%s/console/inbox/%d?show=all", h.URL, id))
	boris.Until(`document.querySelector(".speaker").textContent.startsWith("Человека ждут")`)
	anna.Press("t")
	anna.Until(`document.querySelector("#reply-text")`)
	boris.Until(`document.querySelector(".speaker").textContent.startsWith("Разговор ведёт Анна")`)
	boris.Until(`document.querySelector(".queue .chip").textContent === "Анна"`)

	h.writes("lida", "2", chat.Inbound{Text: "Вы здесь?"})
	anna.Until(`[...document.querySelectorAll(".words")].some(w => w.textContent === "Вы здесь?")`)
	anna.Press("d")
	anna.Until(`document.querySelector("#reply-text").value.startsWith("Здравствуйте! Прочитал")`)
	anna.Until(`(document.querySelector("#reply-text").value = "") === ""`)
	anna.Until(`(document.activeElement.blur(), true)`)
	anna.Press("r")
	anna.Press("Здравствуйте, Лида")
	anna.Go(h.URL + "/console/inbox?show=mine")
	anna.Click("[data-row]")
	anna.Until(`document.querySelector("#reply-text")?.value === "Здравствуйте, Лида"`)
	anna.Axe()
	anna.Press("r")
	anna.Press("! Сейчас узнаю.")
	anna.Control(kb.Enter)
	anna.Until(`document.querySelector(".said.staff .words")?.textContent === "Здравствуйте, Лида! Сейчас узнаю."`)
	anna.Until(`document.querySelector("#reply-text").value === ""`)
	boris.Until(`document.querySelector(".said.staff .muted").textContent.includes("Анна")`)
	anna.Press("n")
	anna.Press("Приз 17 на складе")
	anna.Control(kb.Enter)
	anna.Until(`document.querySelector(".notes")?.textContent.includes("Приз 17")`)
	anna.Axe()
	shot(anna, "inbox-taken")
	anna.Press("l")
	anna.Until(`document.querySelector("#window-tags").open`)
	anna.Axe()
	anna.Press(" ")
	anna.Press(kb.Enter)
	boris.Until(`[...document.querySelectorAll(".queue .chip")].some(c => c.textContent === "Подарок")`)
	anna.Until(`document.querySelector(".marks .chip")?.textContent === "Подарок" && document.readyState === "complete"`) // complete: the scripts hear keys
	anna.Press("a")
	anna.Until(`document.querySelector("#window-transfer").open`)
	anna.Axe()
	anna.Until(`(document.querySelector("#transfer-why").value = "Твоё") !== ""`)
	anna.Press(kb.Enter)
	boris.Until(`document.querySelector("#toast").textContent.includes("передал вам")`)
	boris.Go(fmt.Sprintf("%s/console/inbox/%d?show=mine", h.URL, id))
	boris.Press("a")
	boris.Until(`(document.querySelector("#transfer-why").value = "Нет, твоё") !== ""`)
	boris.Press(kb.Enter)
	boris.Until(`!document.querySelector("#reply-text")`)
	anna.Go(fmt.Sprintf("%s/console/inbox/%d?show=mine", h.URL, id))
	anna.Press("s")
	anna.Until(`document.querySelector("#window-snooze").open`)
	anna.Press(kb.Escape)
	anna.Until(`!document.querySelector("dialog[open]")`)
	anna.Press("e")
	anna.Until(`document.querySelector("#window-close").open`)
	anna.Axe()
	shot(anna, "inbox-close")
	anna.Press(kb.Enter)
	anna.Until(`document.querySelector("#toast").textContent.includes("Закрыто")`)
	if n := h.count(`select count(*) from inbox where kind = 'event'`); n != 1 {
		t.Errorf("%d times given back, want once", n)
	}
	boris.Axe()
}
