package main

import (
	"encoding/json"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	terms "besedka/core/campaign/rules"
	"besedka/core/source"
	"besedka/core/staff"
	"besedka/dialogs/actions"
	"besedka/dialogs/transcript"
	"besedka/flows"
	"besedka/flows/templates"
	"besedka/locales"
)

// TestCampaignExamples evaluates every campaign of the document for every
// receipt of the table below it; one with mistakes is followed by their text.
func TestCampaignExamples(t *testing.T) {
	t.Parallel()
	moscow, err := time.LoadLocation("Europe/Moscow")
	if err != nil {
		t.Fatal(err)
	}
	texts, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	var c *terms.Campaign
	var problems []*source.Problem
	checked := 0
	for _, b := range readDoc(t, "docs/campaigns.md") {
		switch {
		case b.kind == "yaml":
			_, id, _ := strings.Cut(b.text, "campaign: ")
			c, problems = terms.Parse("campaigns/"+strings.Fields(id)[0]+".yaml", []byte(b.text), terms.Terms{Zone: moscow})
		case b.kind == "text" && len(problems) > 0 && strings.Contains(b.text, ".yaml:"):
			checked++
			if diff := cmp.Diff(b.text, worded(problems, "ru")); diff != "" {
				t.Errorf("mistakes: the document (-) and the check (+) differ:\n%s", diff)
			}
		case b.kind == "table" && strings.HasPrefix(b.text, "| Чек, ₽"):
			for _, row := range b.rows() {
				checked++
				if got := evaluated(t, c, row[:3], moscow, texts.Printer("ru")); !slices.Equal(got, row) {
					t.Errorf("%s: the document says %q, it is %q", c.ID, row, got)
				}
			}
		}
	}
	if checked < 10 {
		t.Errorf("only %d examples are checked", checked)
	}
}

func worded(problems []*source.Problem, lang string) (text string) {
	source.Sort(problems)
	for _, p := range problems {
		text += p.In(lang) + "\n"
	}
	return text
}

// evaluated is a row of the document: receipt, purchase and seller as given,
// then what the campaign makes of them.
func evaluated(t *testing.T, c *terms.Campaign, given []string, zone *time.Location, p *locales.Printer) []string {
	t.Helper()
	total, err := strconv.ParseInt(strings.ReplaceAll(given[0], ",", ""), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	bought, err := time.ParseInLocation("2006-01-02 15:04", given[1], zone)
	if err != nil {
		t.Fatal(err)
	}
	facts := terms.Facts{Receipt: terms.Receipt{Purchased: bought, Total: total, INN: strings.Trim(given[2], "-")}}
	decisions, err := terms.NewSet([]*terms.Campaign{c}).Evaluate(facts, bought)
	if err != nil {
		t.Fatal(err)
	}
	why, err := terms.Explain(decisions[0].Trace, nil, p)
	if err != nil {
		t.Fatal(err)
	}
	points, until := "0", "-"
	for _, a := range decisions[0].Accruals {
		points = strconv.FormatInt(a.Amount/100, 10) + "," + strconv.FormatInt(a.Amount%100+100, 10)[1:]
		until = a.Expires.Add(-time.Second).Format(time.DateOnly)
	}
	return append(slices.Clone(given), points, until, strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(why))
}

// TestFirstScript puts the files of README.md into the template that it begins
// with: it is correct, its tests pass, and a slip is told as the README says.
func TestFirstScript(t *testing.T) {
	t.Parallel()
	for lang, readme := range map[string]string{"ru": "README.md", "en": "README.en.md"} {
		folder, slip := brand(t), ""
		for _, b := range readDoc(t, readme) {
			first, _, _ := strings.Cut(b.text, "\n")
			switch {
			case b.kind == "yaml":
				folder[strings.TrimPrefix(first, "# ")] = &fstest.MapFile{Data: []byte(b.text)}
			case b.kind == "text" && strings.HasPrefix(first, "flows/"):
				slip = b.text
			}
		}
		p, problems := flows.Load(folder, actions.Vocabulary())
		if len(problems) > 0 {
			t.Fatalf("%s: %s", readme, worded(problems, lang))
		}
		report, problems := transcript.Play(folder, p, actions.Vocabulary())
		if len(problems) > 0 || len(report.Failures) > 0 {
			t.Errorf("%s: %s%v", readme, worded(problems, lang), report.Failures)
		}
		file := folder["flows/shops.yaml"]
		file.Data = []byte(strings.Replace(string(file.Data), "go: menu ", "go: menuu ", 1))
		if _, problems = flows.Load(folder, actions.Vocabulary()); worded(problems, lang) != slip {
			t.Errorf("%s: the slip is told %q, the document says %q", readme, worded(problems, lang), slip)
		}
	}
}

func brand(t *testing.T) fstest.MapFS {
	t.Helper()
	files, err := templates.Files("brand")
	if err != nil {
		t.Fatal(err)
	}
	folder := fstest.MapFS{}
	for name, text := range files {
		folder[name] = &fstest.MapFile{Data: text}
	}
	return folder
}

// TestAPIDocument holds the tables of docs/api.md to the description that the
// program serves, to the roles, and to the codes it answers with.
func TestAPIDocument(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../web/api/openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	var described struct {
		Paths map[string]map[string]struct {
			Permission staff.Permission `json:"x-permission"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(text, &described); err != nil {
		t.Fatal(err)
	}
	got, want := map[string]string{}, map[string]string{}
	page := readDoc(t, "docs/api.md")
	for _, row := range table(t, page, "| адрес") {
		got[row[0]] = row[1]
	}
	for address, methods := range described.Paths {
		for method, about := range methods {
			want["`"+strings.ToUpper(method)+" "+address+"`"] = rolesOf(about.Permission)
		}
	}
	for _, row := range table(t, page, "| код") {
		got[row[0]] = row[1]
	}
	for _, m := range problemCodes(t) {
		want["`"+m[2]+"`"] = m[1]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("docs/api.md (+) and the program (-) differ:\n%s", diff)
	}
}

func rolesOf(p staff.Permission) string {
	var roles []string
	for _, r := range staff.Roles {
		if (staff.Person{Roles: []staff.Role{r}}).May(p) {
			roles = append(roles, string(r))
		}
	}
	return strings.Join(roles, ", ")
}

// problemCodes finds status and code of every refusal in the sources.
func problemCodes(t *testing.T) (found [][]string) {
	t.Helper()
	for _, of := range []string{"api", "refuse", "orders", "refunds", "takeovers", "review_queue", "drafts", "draft_file", "profiles", "canned", "desk", "targets", "staff", "webhooks", "imports"} {
		file := "../../web/api/" + of + ".go"
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		conflict := regexp.MustCompile(`\n\t\{[\w.]+, "(\w+)"\},`) // of api.conflicts
		re := regexp.MustCompile(`problem\.(?:Write\(w, |New\()http\.Status(\w+), "(\w+)"`)
		found = append(found, re.FindAllStringSubmatch(string(text), -1)...)
		for _, row := range conflict.FindAllStringSubmatch(string(text), -1) {
			found = append(found, []string{row[0], "Conflict", row[1]})
		}
	}
	return found
}

// TestReadmesAreTwins holds the two languages to one structure.
func TestReadmesAreTwins(t *testing.T) {
	t.Parallel()
	if diff := cmp.Diff(shape(t, "README.md"), shape(t, "README.en.md")); diff != "" {
		t.Errorf("README.md (-) and README.en.md (+) differ:\n%s", diff)
	}
}

func shape(t *testing.T, name string) (lines []string) {
	for _, b := range readDoc(t, name) {
		switch b.kind {
		case "heading":
			level, _, _ := strings.Cut(b.text, " ")
			lines = append(lines, level)
		case "table":
			lines = append(lines, fmt.Sprintf("table of %d rows", len(b.rows())))
		case "prose":
		default:
			lines = append(lines, b.kind)
		}
	}
	return lines
}
