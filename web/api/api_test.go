package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"besedka/core/campaign"
	"besedka/core/campaign/rules"
	"besedka/core/chat"
	"besedka/core/conversation"
	"besedka/core/family"
	"besedka/core/hook"
	"besedka/core/media"
	"besedka/core/member"
	"besedka/core/partner"
	"besedka/core/product"
	"besedka/core/receipt"
	"besedka/core/release"
	"besedka/core/report"
	"besedka/core/seal"
	"besedka/core/slo"
	"besedka/core/staff"
	"besedka/core/staff/access"
	"besedka/core/support"
	"besedka/core/survey"
	"besedka/core/topup"
	"besedka/dialogs/actions"
	"besedka/dialogs/canned"
	"besedka/dialogs/runner"
	"besedka/flows"
	"besedka/locales"
	"besedka/storage"
	"besedka/storage/storagetest"
)

var now = time.Date(2026, 11, 22, 15, 4, 0, 0, time.UTC)

// desk is the API on a real database, and one token for each role. There is
// no tax service: receipts wait for a person.
type desk struct {
	t      *testing.T
	url    string
	db     *storage.DB
	tokens map[staff.Role]string
	people *member.Service
	member int64
	keys   *seal.Keyring

	receipts *receipt.Service
	here     *support.Presence

	programme *flows.Programme
}

func open(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, db: storagetest.DB(t), tokens: map[staff.Role]string{}, programme: surveyed(t)}
	keys, err := seal.New(bytes.Repeat([]byte{7}, seal.KeyBytes))
	d.must(err)
	d.keys = keys
	people := staff.New(d.db)
	for _, role := range staff.Roles {
		d.tokens[role] = staff.NewToken()
		_, err := people.Invite(t.Context(), now, staff.Person{Name: string(role), Roles: []staff.Role{role}}, d.tokens[role])
		d.must(err)
	}
	members := member.New(d.db, keys, func(context.Context, storage.Tx, time.Time, int64, int64) error { return nil })
	d.people = members
	campaigns := &campaign.Service{}
	d.must(d.db.InTx(t.Context(), func(ctx context.Context, tx storage.Tx) error {
		subjects, err := members.SubjectsTx(ctx, tx, now, chat.Webchat, []string{"peer"})
		if err != nil {
			return err
		}
		d.member = subjects[0].Member
		if _, err := members.VerifyPhoneTx(ctx, tx, now, subjects[0], "+79001234567"); err != nil {
			return err
		}
		return campaigns.PublishTx(ctx, tx, now.AddDate(0, -1, 0), rules.Terms{Zone: time.UTC}, []campaign.Source{{ID: "c", File: "c.yaml", Text: []byte(cashback)}})
	}))
	texts, err := locales.Load()
	d.must(err)
	d.receipts = receipt.New(receipt.Config{
		DB: d.db, Campaigns: campaigns, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Notify: func(context.Context, storage.Tx, time.Time, ...receipt.Notice) error { return nil },
	})
	door := conversation.New(d.db, keys, members, conversation.Waker{Turns: func() {}, Sends: func(chat.Channel) {}}, slog.New(slog.DiscardHandler))
	topUps := &topup.Service{Members: members, Terms: func(currency string) (topup.Terms, bool) {
		return topup.Terms{Scale: 2, Expires: func(time.Time) time.Time { return time.Time{} }}, currency == "bonus"
	}, Notify: func(context.Context, storage.Tx, time.Time, topup.Notice) error { return nil }}
	turns := runner.New(runner.Config{DB: d.db, Keys: keys, Releases: runner.NewReleases(release.New(d.db), actions.Vocabulary())})
	d.here = support.NewPresence(d.db, func() time.Time { return now })
	entrance, err := access.New(d.db, keys, "https://bonus.example.ru")
	d.must(err)
	server := httptest.NewServer(New(Deps{
		DB: d.db, Keys: keys, Staff: people, Access: entrance, Public: "https://bonus.example.ru", Members: members,
		Receipts:   d.receipts,
		Campaigns:  campaigns,
		Media:      media.New(d.db, keys),
		Products:   &product.Service{},
		Partners:   &partner.Service{},
		Texts:      texts,
		SLO:        &slo.Service{DB: d.db, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)},
		Reports:    &report.Service{DB: d.db, Programme: func() report.Programme { return counted }},
		Webhooks:   &hook.Service{DB: d.db, Keys: keys},
		Door:       door,
		Prizes:     d.prizes(keys),
		Imports:    d.imports(members),
		Studio:     d.studio(),
		Tiers:      d.tiers(),
		Families:   &family.Service{Keys: keys, Terms: func() family.Terms { return family.Terms{Max: 2} }},
		Surveys:    &survey.Service{Keys: keys, Zone: func() *time.Location { return time.UTC }},
		Currencies: func() []string { return []string{"bonus"} },
		TopUps:     topUps,
		Desk:       &support.Desk{Door: door, Members: members, Receipts: d.receipts, TopUps: topUps, Texts: texts, Mark: func(chat.Channel, string) string { return "" }},
		Here:       d.here,
		Canned:     &canned.Service{DB: d.db, Programme: func() *flows.Programme { return d.programme }, Known: turns.Known},
		Targets:    turns.Targets,
		Programme:  func() *flows.Programme { return d.programme },
		ChatLink:   func(payload string) string { return "https://bonus.example.ru/chat?start=" + payload },
		Mark:       func(chat.Channel, string) string { return "" },
		Now:        func() time.Time { return now },
		Log:        slog.New(slog.NewTextHandler(t.Output(), nil)),
		Erase:      d.erase,
		Lifted:     receipt.WakeTx, // nothing else waits here
	}))
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

const cashback = `campaign: c
name: Пять процентов
period: {from: 2026-01-01}
when: receipt.total >= 300
reward: {percent: 5, ttl: P6M}
`

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// ask sends a request and returns its status and JSON.
func (d *desk) ask(method, path, token, key, body string) (int, map[string]any) {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), method, d.url+"/api/v1"+path, strings.NewReader(body))
	d.must(err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	resp, err := http.DefaultClient.Do(req)
	d.must(err)
	raw, err := io.ReadAll(resp.Body)
	d.must(err)
	d.must(resp.Body.Close())
	var answer map[string]any
	d.must(json.Unmarshal(raw, &answer))
	return resp.StatusCode, answer
}

// TestRoutesByRoles is the table of who may call what, written out apart from
// the one in core/staff.
func TestRoutesByRoles(t *testing.T) {
	t.Parallel()
	may := map[string][]staff.Role{
		"GET /members/{id}":                                  {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"GET /members/{id}/statement":                        {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /members/{id}/topups":                          {staff.Owner, staff.Marketer},
		"GET /members/{id}/cards":                            {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /members/{id}/cards":                           {staff.Owner, staff.Operator, staff.Registrar},
		"GET /members/{id}/family":                           {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /members/{id}/family":                          {staff.Owner, staff.Operator, staff.Registrar},
		"GET /members/{id}/subscriptions":                    {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /members/{id}/subscriptions":                   {staff.Owner, staff.Operator, staff.Registrar},
		"GET /cards/{number}":                                {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /cards/{number}/status":                        {staff.Owner, staff.Operator, staff.Reviewer},
		"GET /subscribers/{medium}":                          {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /topups":                                       {staff.Owner, staff.Marketer},
		"POST /redemptions":                                  {staff.Owner, staff.Registrar},
		"GET /redemptions/quote":                             {staff.Owner, staff.Registrar},
		"GET /redemptions/{id}":                              {staff.Owner, staff.Registrar},
		"POST /redemptions/{id}/commit":                      {staff.Owner, staff.Registrar},
		"POST /redemptions/{id}/cancel":                      {staff.Owner, staff.Registrar},
		"POST /redemptions/{id}/refund":                      {staff.Owner, staff.Registrar},
		"POST /members/{id}/suspension":                      {staff.Owner, staff.Reviewer},
		"POST /members/{id}/suspension/lift":                 {staff.Owner, staff.Reviewer},
		"GET /members/{id}/merges":                           {staff.Owner, staff.Reviewer},
		"POST /members/{id}/merge":                           {staff.Owner, staff.Reviewer},
		"POST /merges/{id}/undo":                             {staff.Owner, staff.Reviewer},
		"GET /pairs":                                         {staff.Owner, staff.Reviewer},
		"POST /pairs/{id}/decision":                          {staff.Owner, staff.Reviewer},
		"GET /reviews":                                       {staff.Owner, staff.Reviewer},
		"GET /reviews/{id}":                                  {staff.Owner, staff.Reviewer},
		"POST /reviews/{id}/take":                            {staff.Owner, staff.Reviewer},
		"POST /reviews/{id}/decision":                        {staff.Owner, staff.Reviewer},
		"GET /photos/{photo}":                                {staff.Owner, staff.Reviewer},
		"GET /conversations":                                 {staff.Owner, staff.Operator},
		"POST /conversations/{id}/give-back":                 {staff.Owner, staff.Operator},
		"GET /members/{id}/conversations":                    {staff.Owner, staff.Operator},
		"GET /conversations/{id}":                            {staff.Owner, staff.Operator},
		"POST /conversations/{id}/search":                    {staff.Owner, staff.Operator},
		"POST /conversations/{id}/take":                      {staff.Owner, staff.Operator},
		"POST /conversations/{id}/release":                   {staff.Owner, staff.Operator},
		"POST /conversations/{id}/reply":                     {staff.Owner, staff.Operator},
		"POST /conversations/{id}/transfer":                  {staff.Owner, staff.Operator},
		"POST /conversations/{id}/close":                     {staff.Owner, staff.Operator},
		"POST /conversations/{id}/snooze":                    {staff.Owner, staff.Operator},
		"POST /conversations/{id}/tags":                      {staff.Owner, staff.Operator},
		"GET /support/queue":                                 {staff.Owner, staff.Operator},
		"GET /support/closed":                                {staff.Owner, staff.Operator},
		"GET /conversations/{id}/notes":                      {staff.Owner, staff.Operator},
		"POST /conversations/{id}/notes":                     {staff.Owner, staff.Operator},
		"GET /conversations/{id}/history":                    {staff.Owner, staff.Operator},
		"GET /conversations/{id}/files/{file}":               {staff.Owner, staff.Operator},
		"GET /funnels/{flow}":                                {staff.Owner, staff.Marketer},
		"GET /slo":                                           {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		"GET /reports/today":                                 {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		"GET /reports/today.csv":                             {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		"GET /surveys":                                       {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		"GET /surveys/{survey}/results":                      {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		"POST /surveys/{survey}/links":                       {staff.Owner, staff.Marketer, staff.Operator},
		"GET /members/{id}/tier":                             {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"GET /members/{id}/coupons":                          {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"GET /coupons":                                       {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /coupons/{id}/void":                            {staff.Owner, staff.Reviewer},
		"POST /receipts":                                     {staff.Owner, staff.Registrar},
		"POST /receipts/{id}/decision":                       {staff.Owner, staff.Reviewer},
		"GET /receipts/{id}/goods":                           {staff.Owner, staff.Reviewer},
		"POST /receipts/{id}/goods":                          {staff.Owner, staff.Reviewer},
		"POST /reviews/{id}/product":                         {staff.Owner, staff.Reviewer},
		"GET /places":                                        {staff.Owner, staff.Reviewer},
		"GET /receipts/{id}/place":                           {staff.Owner, staff.Reviewer},
		"POST /receipts/{id}/place":                          {staff.Owner, staff.Reviewer},
		"POST /reviews/{id}/place":                           {staff.Owner, staff.Reviewer},
		"POST /receipts/{id}/revocation":                     {staff.Owner, staff.Reviewer},
		"GET /receipts/{id}/messages":                        {staff.Owner, staff.Registrar},
		"POST /receipts/{id}/refunds":                        {staff.Owner, staff.Reviewer},
		"GET /receipts/{id}/why":                             {staff.Owner, staff.Reviewer},
		"POST /simulate":                                     {staff.Owner, staff.Marketer},
		"POST /forecast":                                     {staff.Owner, staff.Marketer},
		"GET /campaigns":                                     {staff.Owner, staff.Organiser, staff.Marketer, staff.DrawDirector, staff.Auditor},
		"POST /campaigns/{campaign}/state":                   {staff.Owner, staff.Organiser, staff.Marketer},
		"GET /prizes":                                        {staff.Owner, staff.Marketer, staff.Operator, staff.Registrar, staff.Auditor},
		"POST /prizes/{prize}/stock":                         {staff.Owner, staff.Marketer},
		"POST /prizes/pools/{pool}/codes":                    {staff.Owner, staff.Marketer},
		"GET /orders":                                        {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders":                                       {staff.Owner, staff.Operator, staff.Registrar},
		"GET /orders/{id}":                                   {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders/{id}/confirm":                          {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders/{id}/address":                          {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders/{id}/ship":                             {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders/{id}/deliver":                          {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders/{id}/give":                             {staff.Owner, staff.Operator, staff.Registrar},
		"POST /orders/{id}/cancel":                           {staff.Owner, staff.Operator, staff.Registrar},
		"POST /handovers":                                    {staff.Owner, staff.Operator, staff.Registrar},
		"GET /conversations/{id}/canned-replies":             {staff.Owner, staff.Operator},
		"POST /conversations/{id}/presence":                  {staff.Owner, staff.Operator},
		"GET /canned-replies":                                {staff.Owner, staff.Operator},
		"POST /canned-replies":                               {staff.Owner, staff.Operator},
		"POST /canned-replies/{id}":                          {staff.Owner, staff.Operator},
		"POST /canned-replies/{id}/drop":                     {staff.Owner, staff.Operator},
		"GET /reviews/pace":                                  {staff.Owner, staff.Reviewer},
		"POST /reviews/next":                                 {staff.Owner, staff.Reviewer},
		"POST /reviews/{id}/skip":                            {staff.Owner, staff.Reviewer},
		"POST /reviews/{id}/photo":                           {staff.Owner, staff.Reviewer},
		"POST /members/search":                               {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"GET /releases":                                      {staff.Owner, staff.Marketer, staff.Auditor},
		"GET /releases/diff":                                 {staff.Owner, staff.Marketer, staff.Auditor},
		"GET /releases/{id}":                                 {staff.Owner, staff.Marketer, staff.Auditor},
		"GET /releases/{id}/files":                           {staff.Owner, staff.Marketer, staff.Auditor},
		"GET /releases/{id}/file":                            {staff.Owner, staff.Marketer, staff.Auditor},
		"GET /audit":                                         {staff.Owner, staff.Auditor},
		"POST /releases/{id}/back":                           {staff.Owner, staff.Marketer},
		"GET /drafts":                                        {staff.Owner, staff.Marketer, staff.Auditor},
		"POST /drafts":                                       {staff.Owner, staff.Marketer},
		"GET /drafts/{id}":                                   {staff.Owner, staff.Marketer},
		"GET /drafts/{id}/file":                              {staff.Owner, staff.Marketer},
		"POST /drafts/{id}/file":                             {staff.Owner, staff.Marketer},
		"GET /drafts/{id}/sheet":                             {staff.Owner, staff.Marketer},
		"POST /drafts/{id}/publish":                          {staff.Owner, staff.Marketer},
		"POST /drafts/{id}/rebase":                           {staff.Owner, staff.Marketer},
		"POST /drafts/{id}/close":                            {staff.Owner, staff.Marketer},
		"GET /staff":                                         {staff.Owner},
		"POST /staff":                                        {staff.Owner},
		"GET /staff/{id}":                                    {staff.Owner},
		"POST /staff/{id}/link":                              {staff.Owner},
		"POST /staff/{id}/roles":                             {staff.Owner},
		"POST /staff/{id}/suspend":                           {staff.Owner},
		"POST /staff/{id}/return":                            {staff.Owner},
		"POST /staff/{id}/leave":                             {staff.Owner},
		"POST /staff/{id}/sign-out":                          {staff.Owner},
		"GET /webhooks":                                      {staff.Owner},
		"POST /webhooks":                                     {staff.Owner},
		"GET /webhooks/{id}":                                 {staff.Owner},
		"POST /webhooks/{id}":                                {staff.Owner},
		"POST /webhooks/{id}/secret":                         {staff.Owner},
		"POST /webhooks/{id}/pause":                          {staff.Owner},
		"POST /webhooks/{id}/resume":                         {staff.Owner},
		"POST /webhooks/{id}/remove":                         {staff.Owner},
		"GET /webhooks/{id}/attempts":                        {staff.Owner},
		"POST /webhooks/{id}/again":                          {staff.Owner},
		"POST /conversations/{id}/receipts":                  {staff.Owner, staff.Operator},
		"POST /conversations/{id}/receipts/{receipt}/verify": {staff.Owner, staff.Operator},
		"POST /conversations/{id}/grants":                    {staff.Owner, staff.Operator},
		"GET /conversations/{id}/templates":                  {staff.Owner, staff.Operator},
		"POST /conversations/{id}/templates":                 {staff.Owner, staff.Operator},
		"GET /conversations/{id}/steps":                      {staff.Owner, staff.Operator},
		"GET /members/{id}/story":                            {staff.Owner, staff.Operator, staff.Reviewer, staff.Registrar, staff.Auditor},
		"POST /members/{id}/profile":                         {staff.Owner, staff.Operator, staff.Registrar},
		"POST /members/{id}/consents":                        {staff.Owner, staff.Operator, staff.Registrar},
		"POST /members/{id}/reveal":                          {staff.Owner, staff.Operator, staff.Reviewer},
		"POST /members/{id}/erasure":                         {staff.Owner},
		"GET /members/{id}/certificate":                      {staff.Owner},
		"GET /imports":                                       {staff.Owner},
		"POST /imports":                                      {staff.Owner},
		"GET /imports/{id}":                                  {staff.Owner},
		"POST /imports/{id}/check":                           {staff.Owner},
		"POST /imports/{id}/run":                             {staff.Owner},
		"POST /imports/{id}/stop":                            {staff.Owner},
		"POST /imports/{id}/drop":                            {staff.Owner},
		"GET /imports/{id}/report.csv":                       {staff.Owner},
		"GET /entries":                                       {staff.Owner, staff.Marketer},
		"GET /surveys/{survey}/answers.csv":                  {staff.Owner, staff.Marketer},
	}
	d := open(t)
	for _, r := range routes {
		name := r.method + " " + r.path
		allowed, ok := may[name]
		if !ok || r.permission == "" {
			t.Errorf("%s: nobody has said who may call it", name)
		}
		path := strings.NewReplacer("{id}", "1", "{survey}", "none", "{flow}", "none", "{photo}", "none", "{campaign}", "none", "{prize}", "none", "{pool}", "none", ".csv", ".csv?excel=no").Replace(r.path)
		for role, token := range d.tokens {
			status, answer := d.ask(r.method, path, token, "", "")
			if got, want := status != http.StatusForbidden, slices.Contains(allowed, role); got != want || status == http.StatusUnauthorized {
				t.Errorf("%s by %s: %d %v, allowed should be %v", name, role, status, answer, want)
			}
		}
		for _, token := range []string{"", "besedka_guess"} {
			if status, answer := d.ask(r.method, path, token, "k", "{}"); status != http.StatusUnauthorized {
				t.Errorf("%s with token %q: %d %v", name, token, status, answer)
			}
		}
	}
}

func TestDescriptionAndRoutesAgree(t *testing.T) {
	t.Parallel()
	var doc struct {
		Paths map[string]map[string]struct {
			Permission staff.Permission `json:"x-permission"`
			Parameters []struct {
				Ref string `json:"$ref"`
			} `json:"parameters"`
		} `json:"paths"`
	}
	if err := json.Unmarshal(description, &doc); err != nil {
		t.Fatal(err)
	}
	got, want := map[string]string{}, map[string]string{}
	for path, methods := range doc.Paths {
		for method, about := range methods {
			line := string(about.Permission)
			for _, p := range about.Parameters {
				line += " " + p.Ref[strings.LastIndex(p.Ref, "/")+1:]
			}
			got[strings.ToUpper(method)+" "+path] = line
		}
	}
	for _, r := range routes {
		line := string(r.permission)
		if strings.Contains(r.path, "{id}") {
			line += " id"
		}
		if strings.Contains(r.path, "{survey}") {
			line += " survey"
		}
		if strings.Contains(r.path, "{flow}") {
			line += " flow days segment place"
		}
		if strings.Contains(r.path, "{file}") {
			line += " file"
		}
		if strings.HasSuffix(r.path, "/history") || strings.HasSuffix(r.path, "/story") {
			line += " before"
		}
		if strings.HasSuffix(r.path, "/history") {
			line += " around"
		}
		if r.path == "/support/queue" {
			line += " show tag"
		}
		if r.path == "/slo" || r.path == "/support/closed" {
			line += " days"
		}
		if strings.HasSuffix(r.path, "/results") {
			line += " by"
		}
		if strings.HasSuffix(r.path, ".csv") {
			line += " excel"
		}
		if strings.Contains(r.path, "{photo}") {
			line += " photo"
		}
		if strings.Contains(r.path, "{receipt}") {
			line += " ofReceipt"
		}
		if r.path == "/reviews" {
			line += " kind"
		}
		if strings.Contains(r.path, "{prize}") {
			line += " prize"
		}
		if strings.Contains(r.path, "{pool}") {
			line += " pool"
		}
		if r.path == "/orders" && r.read != nil {
			line += " state ofMember after"
		}
		if strings.HasSuffix(r.path, "/messages") {
			line += " lang"
		}
		if r.path == "/redemptions/quote" {
			line += " whose shownCard total discount store bill"
		}
		if strings.Contains(r.path, "{number}") {
			line += " cardNumber"
		}
		if strings.Contains(r.path, "{medium}") {
			line += " medium after"
		}
		if r.path == "/members/{id}/cards" && r.read != nil {
			line += " after"
		}
		if r.path == "/coupons" {
			line += " number ofCampaign"
		}
		if r.path == "/reviews" || r.path == "/conversations" || r.path == "/pairs" || r.path == "/places" || r.read != nil && strings.HasSuffix(r.path, "/notes") || strings.HasSuffix(r.path, "/statement") || strings.HasSuffix(r.path, "/coupons") || strings.HasSuffix(r.path, "/tier") || strings.HasSuffix(r.path, "/attempts") {
			line += " after"
		}
		if strings.Contains(r.path, "{campaign}") {
			line += " campaign"
		}
		if r.path == "/entries" {
			line += " days"
		}
		if r.path == "/audit" {
			line += " beforeAct"
		}
		if r.path == "/releases/diff" {
			line += " from to"
		}
		if r.stream != nil && strings.HasSuffix(r.path, "{id}/file") {
			line += " path"
		}
		if r.path == "/campaigns" {
			line += " behind"
		}
		if r.write != nil {
			line += " key"
		}
		want[r.method+" "+r.path] = line
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("openapi.json (+) and the routes (-) differ:\n%s", diff)
	}
}

func TestRegistrarAndReviewer(t *testing.T) {
	t.Parallel()
	d := open(t)
	const qr = "t=20261122T1400&s=1284.50&fn=7380440800512345&i=4821&fp=2719364810&n=1"
	body := fmt.Sprintf(`{"phone": "8 900 123-45-67", "qr": %q}`, qr)
	register := func(key, body string) (int, map[string]any) {
		return d.ask("POST", "/receipts", d.tokens[staff.Registrar], key, body)
	}
	status, first := register("one", body)
	if status != 200 || first["outcome"] != "taken" || first["manual"] != true || first["sum"] != 128450.0 {
		t.Fatalf("registered: %d %v", status, first)
	}
	if status, again := register("one", body); status != 200 || !cmp.Equal(again, first) {
		t.Errorf("the same request again: %d %v, want %v", status, again, first)
	}
	if status, other := register("one", `{"member": 1, "qr": "x"}`); status != 409 || other["type"] != "urn:besedka:problem:key_reused" {
		t.Errorf("the key with another body: %d %v", status, other)
	}
	if status, twin := register("two", body); status != 200 || twin["outcome"] != "duplicate" {
		t.Errorf("the same receipt again: %d %v", status, twin)
	}

	path := fmt.Sprintf("/receipts/%.0f/decision", first["receipt"])
	decide := func(key, body string) int {
		status, _ := d.ask("POST", path, d.tokens[staff.Reviewer], key, body)
		return status
	}
	got := []int{
		decide("", `{"approve": true, "reason": "paper shown"}`),
		decide("a", `{"approve": true}`),
		decide("a", `{"reason": "paper shown"}`),
		decide("a", `{"approve": true, "reason": "a NUL: \u0000"}`),
		decide("\xff", `{"approve": true, "reason": "paper shown"}`),
		decide("a", `{"approve": true, "reason": "paper shown", "amount": 5}`),
		decide("a", `{"approve": true, "reason": "paper shown"}`),
		decide("a", `{"approve": true, "reason": "paper shown"}`),
		decide("b", `{"approve": false, "reason": "changed my mind"}`),
	}
	if diff := cmp.Diff([]int{400, 400, 400, 400, 400, 400, 200, 200, 409}, got); diff != "" {
		t.Errorf("decisions: %s", diff)
	}
	acts, err := storage.Value[int64](t.Context(), d.db, "select count(*) from audit where act in ('receipts.register', 'receipts.decide')")
	if d.must(err); acts != 3 {
		t.Errorf("%d acts in the audit log, want 3: two registrations, one decision", acts)
	}
}

// TestSumIsDecided: a code without a decimal point waits with both its readings,
// and whoever approves it says which one the paper shows.
func TestSumIsDecided(t *testing.T) {
	t.Parallel()
	d := open(t)
	const qr = "t=20261122T1400&s=55189&fn=7380440800512345&i=4821&fp=2719364810&n=1"
	for _, text := range []string{qr, strings.Replace(qr, "55189", "551.90", 1)} {
		d.ask("POST", "/receipts", d.tokens[staff.Registrar], text, fmt.Sprintf(`{"member": %d, "qr": %q}`, d.member, text))
	}
	_, page := d.ask("GET", "/reviews", d.tokens[staff.Reviewer], "", "")
	review := page["reviews"].([]any)[0].(map[string]any)
	if review["sum"] != 5518900.0 || review["sumAmbiguous"] != true || review["otherClaims"] != 1.0 {
		t.Errorf("the review: %v", review)
	}
	for _, tt := range []struct {
		body   string
		status int
	}{
		{`{"approve": true, "reason": "paper shown"}`, 400},
		{`{"approve": true, "sum": 55190, "reason": "paper shown"}`, 400},
		{`{"approve": false, "sum": 1, "reason": "paper shown"}`, 400},
		{`{"approve": true, "sum": 55189, "reason": "paper shown"}`, 200},
	} {
		status, answer := d.ask("POST", fmt.Sprintf("/receipts/%v/decision", review["receipt"]), d.tokens[staff.Reviewer], "a", tt.body)
		if status != tt.status || status == 400 && !strings.Contains(answer["detail"].(string), "[5518900 55189]") {
			t.Errorf("%s: %d %v, want %d", tt.body, status, answer, tt.status)
		}
	}
	items, err := receipt.Latest(t.Context(), d.db, d.member, 1)
	if d.must(err); items[0].State != receipt.Verified || items[0].Sum != 55189 {
		t.Errorf("decided: %+v", items[0])
	}
}

// TestMemberJoinedMeanwhile: a receipt registered while its member is being
// joined into another one goes to the one who stays.
func TestMemberJoinedMeanwhile(t *testing.T) {
	t.Parallel()
	d := open(t)
	joining, err := d.db.Pool().Begin(t.Context())
	d.must(err)
	others, err := d.people.SubjectsTx(t.Context(), joining, now, chat.Telegram, []string{"other"})
	d.must(err)
	_, err = d.people.RegisterTx(t.Context(), joining, now, others[0].Member)
	d.must(err)
	stays, err := d.people.MergeTx(t.Context(), joining, now, d.member, others[0].Member, "test")
	d.must(err)
	asking, answered := context.WithCancel(t.Context())
	joined := make(chan error, 1)
	go func() {
		for waiting := false; !waiting && asking.Err() == nil; {
			waiting, _ = storage.Value[bool](asking, d.db, "select exists (select from pg_locks where not granted and pid in (select pid from pg_stat_activity where datname = current_database()))")
		}
		joined <- joining.Commit(t.Context())
	}()
	const qr = "t=20261122T1400&s=1284.50&fn=7380440800512345&i=4821&fp=2719364810&n=1"
	status, _ := d.ask("POST", "/receipts", d.tokens[staff.Registrar], "k", fmt.Sprintf(`{"member": %d, "qr": %q}`, d.member, qr))
	answered()
	d.must(<-joined)
	if status != 200 {
		t.Errorf("registered: %d", status)
	}
	if owner, err := storage.Value[int64](t.Context(), d.db, "select member_id from submission"); err != nil || owner != stays {
		t.Errorf("the receipt belongs to member %d, %v; want %d", owner, err, stays)
	}
}

// TestReviews pages through more than one page of waiting receipts, in their
// order; a decided one is gone.
func TestReviews(t *testing.T) {
	t.Parallel()
	d := open(t)
	for i := range pageRows + 2 {
		qr := fmt.Sprintf("t=20261122T1400&s=1284.50&fn=7380440800512345&i=%d&fp=2719364810&n=1", i+1)
		status, answer := d.ask("POST", "/receipts", d.tokens[staff.Registrar], qr, fmt.Sprintf(`{"member": %d, "qr": %q}`, d.member, qr))
		if status != 200 || answer["manual"] != true {
			t.Fatalf("registered: %d %v", status, answer)
		}
	}
	list := func(query string) ([]any, map[string]any) {
		status, answer := d.ask("GET", "/reviews"+query, d.tokens[staff.Reviewer], "", "")
		if status != 200 {
			t.Fatalf("%s: %d %v", query, status, answer)
		}
		return answer["reviews"].([]any), answer
	}
	first, _ := list("")
	want := map[string]any{
		"id": 1.0, "kind": "receipt", "state": "manual", "receipt": 1.0, "member": float64(d.member), "reason": "no_provider", "created": "2026-11-22T15:04:00Z",
		"sum": 128450.0, "sumAmbiguous": false, "otherClaims": 0.0, "bought": "2026-11-22T14:00:00Z", "uploaded": "2026-11-22T15:04:00Z",
		"fn": "7380440800512345", "fd": 1.0, "fp": 2719364810.0,
	}
	if diff := cmp.Diff(any(want), first[0]); diff != "" {
		t.Errorf("the oldest: %s", diff)
	}
	if status, _ := d.ask("POST", "/receipts/1/decision", d.tokens[staff.Reviewer], "k", `{"approve": true, "reason": "paper shown"}`); status != 200 {
		t.Fatalf("decided: %d", status)
	}
	expected, seen := []any{}, []any{}
	for fd := 2; fd <= pageRows+2; fd++ {
		expected = append(expected, float64(fd))
	}
	page, answer := list("")
	rest, last := list(fmt.Sprintf("?after=%v", answer["next"]))
	for _, r := range append(page, rest...) {
		seen = append(seen, r.(map[string]any)["fd"])
	}
	if diff := cmp.Diff(expected, seen); diff != "" || len(rest) != 1 || last["next"] != nil {
		t.Errorf("receipts by the pages: %s, the last: %v", diff, last)
	}
	if page, _ := list("?after=1000"); len(page) != 0 {
		t.Errorf("behind the last: %v", page)
	}
	if status, _ := d.ask("GET", "/reviews?after=x", d.tokens[staff.Reviewer], "", ""); status != 400 {
		t.Errorf("after=x: %d", status)
	}
}

func TestGetMember(t *testing.T) {
	t.Parallel()
	d := open(t)
	status, card := d.ask("GET", fmt.Sprintf("/members/%d", d.member), d.tokens[staff.Operator], "", "")
	if status != 200 || card["id"] != float64(d.member) {
		t.Fatalf("%d %v", status, card)
	}
	want := []any{map[string]any{"masked": "+79•••••4567", "verified": true}}
	if diff := cmp.Diff(want, card["phones"]); diff != "" {
		t.Errorf("phones: %s", diff)
	}
	for path, want := range map[string]int{"/members/99999": 404, "/members/x": 400, "/nothing": 404} {
		if status, answer := d.ask("GET", path, d.tokens[staff.Operator], "", ""); status != want || answer["status"] != float64(want) {
			t.Errorf("%s: %d %v, want %d", path, status, answer, want)
		}
	}
}

// TestGiveBack: a conversation that people have is given back once for a key; one
// that the bot has is a conflict, and one that is not there is not found.
func TestGiveBack(t *testing.T) {
	t.Parallel()
	d := open(t)
	token := d.tokens[staff.Operator]
	give := func(id, key string) int {
		t.Helper()
		status, _ := d.ask(http.MethodPost, "/conversations/"+id+"/give-back", token, key, `{"seen": 1000000}`)
		return status
	}
	if status, answer := d.ask(http.MethodGet, "/conversations", token, "", ""); status != http.StatusOK || len(answer["conversations"].([]any)) != 0 {
		t.Errorf("nobody is held: %d %v", status, answer)
	}
	if got := give("1", "a"); got != http.StatusConflict {
		t.Errorf("the bot's own: %d", got)
	}
	if got := give("99", "b"); got != http.StatusNotFound {
		t.Errorf("nobody's: %d", got)
	}
	_, err := d.db.Exec(t.Context(), `update conversation set lifecycle = 'queued', queue = 'support', queued_at = $1`, now)
	d.must(err)
	_, answer := d.ask(http.MethodGet, "/conversations", token, "", "")
	held, _ := answer["conversations"].([]any)
	if len(held) != 1 || held[0].(map[string]any)["queue"] != "support" {
		t.Errorf("people have %v", answer)
	}
	for range 2 {
		if got := give("1", "c"); got != http.StatusOK {
			t.Errorf("given back: %d", got)
		}
	}
	events, err := storage.Value[int](t.Context(), d.db, `select count(*) from inbox where kind = 'event'`)
	d.must(err)
	if events != 1 {
		t.Errorf("%d events came through the door, want 1", events)
	}
}
