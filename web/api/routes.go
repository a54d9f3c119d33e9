package api

import (
	"context"
	"net/http"

	"besedka/core/member/intake"
	"besedka/core/staff"
	"besedka/storage"
)

// routes is every address of the API, with the permission it asks for.
var routes = []route{
	seek("/members/search", staff.ReadMembers, (*api).findMembers),
	read("/members/{id}", staff.ReadMembers, (*api).getMember),
	read("/members/{id}/story", staff.ReadMembers, (*api).showStory),
	write("/members/{id}/profile", staff.EditMembers, (*api).editProfile),
	write("/members/{id}/consents", staff.EditMembers, (*api).noteConsent),
	showing(write("/members/{id}/reveal", staff.RevealMembers, (*api).reveal), (*api).showPlain),
	write("/members/{id}/erasure", staff.EraseMembers, (*api).eraseMember),
	read("/members/{id}/certificate", staff.EraseMembers, (*api).showCertificate),
	read("/imports", staff.ImportMembers, (*api).listImports),
	holding(write("/imports", staff.ImportMembers, (*api).uploadImport), intake.MaxBytes),
	read("/imports/{id}", staff.ImportMembers, (*api).getImport),
	write("/imports/{id}/check", staff.ImportMembers, (*api).checkImport),
	write("/imports/{id}/run", staff.ImportMembers, (*api).runImport),
	write("/imports/{id}/stop", staff.ImportMembers, (*api).stopImport),
	write("/imports/{id}/drop", staff.ImportMembers, (*api).dropImport),
	stream("/imports/{id}/report.csv", staff.ImportMembers, (*api).reportImport),
	read("/members/{id}/conversations", staff.Converse, (*api).listConversations),
	read("/members/{id}/coupons", staff.ReadMembers, (*api).listCoupons),
	read("/members/{id}/tier", staff.ReadMembers, (*api).showTier),
	read("/members/{id}/statement", staff.ReadMembers, (*api).showStatement),
	read("/members/{id}/cards", staff.ReadMembers, (*api).listCards),
	write("/members/{id}/cards", staff.ServeCards, (*api).giveCard),
	read("/members/{id}/family", staff.ReadMembers, (*api).showFamily),
	write("/members/{id}/family", staff.ServeCards, (*api).joinFamily),
	read("/members/{id}/subscriptions", staff.ReadMembers, (*api).showSubscriptions),
	write("/members/{id}/subscriptions", staff.ServeCards, (*api).noteWord),
	read("/cards/{number}", staff.ReadMembers, (*api).showCard),
	write("/cards/{number}/status", staff.ChangeCards, (*api).changeCard),
	read("/subscribers/{medium}", staff.ReadMembers, (*api).listSubscribers),
	write("/members/{id}/topups", staff.GivePoints, (*api).topUpMember),
	write("/topups", staff.GivePoints, (*api).topUpByFile),
	write("/redemptions", staff.SpendPoints, (*api).reservePoints),
	read("/redemptions/quote", staff.SpendPoints, (*api).quoteRedemption),
	read("/redemptions/{id}", staff.SpendPoints, (*api).showRedemption),
	write("/redemptions/{id}/commit", staff.SpendPoints, (*api).commitRedemption),
	write("/redemptions/{id}/cancel", staff.SpendPoints, (*api).cancelRedemption),
	write("/redemptions/{id}/refund", staff.SpendPoints, (*api).refundRedemption),
	write("/members/{id}/suspension", staff.ReviewReceipts, (*api).suspendMember),
	write("/members/{id}/suspension/lift", staff.ReviewReceipts, (*api).liftSuspension),
	read("/pairs", staff.ReviewReceipts, (*api).listPairs),
	write("/pairs/{id}/decision", staff.ReviewReceipts, (*api).decidePair),
	read("/members/{id}/merges", staff.ReviewReceipts, (*api).listMerges),
	write("/members/{id}/merge", staff.ReviewReceipts, (*api).mergeMember),
	write("/merges/{id}/undo", staff.ReviewReceipts, (*api).undoMerge),
	read("/coupons", staff.ReadMembers, (*api).findCoupons),
	write("/coupons/{id}/void", staff.ReviewReceipts, (*api).voidCoupon),
	read("/reviews", staff.ReviewReceipts, (*api).listReviews),
	read("/reviews/{id}", staff.ReviewReceipts, (*api).showReview),
	read("/reviews/pace", staff.ReviewReceipts, (*api).showPace),
	write("/reviews/next", staff.ReviewReceipts, (*api).takeNext),
	write("/reviews/{id}/skip", staff.ReviewReceipts, (*api).skipReview),
	write("/reviews/{id}/photo", staff.ReviewReceipts, (*api).askPhoto),
	write("/reviews/{id}/take", staff.ReviewReceipts, (*api).takeReview),
	write("/reviews/{id}/decision", staff.ReviewReceipts, (*api).judgeReview),
	stream("/photos/{photo}", staff.ReviewReceipts, (*api).showPhoto),
	read("/conversations", staff.Converse, (*api).listHeld),
	read("/conversations/{id}/history", staff.Converse, (*api).showHistory),
	seek("/conversations/{id}/search", staff.Converse, (*api).findWords),
	stream("/conversations/{id}/files/{file}", staff.Converse, (*api).showFile),
	read("/conversations/{id}", staff.Converse, (*api).showConversation),
	write("/conversations/{id}/take", staff.Converse, (*api).takeConversation),
	write("/conversations/{id}/release", staff.Converse, (*api).releaseConversation),
	write("/conversations/{id}/reply", staff.Converse, (*api).reply),
	write("/conversations/{id}/give-back", staff.Converse, (*api).giveBack),
	write("/conversations/{id}/transfer", staff.Converse, (*api).transferConversation),
	write("/conversations/{id}/close", staff.Converse, (*api).closeConversation),
	write("/conversations/{id}/snooze", staff.Converse, (*api).snoozeConversation),
	write("/conversations/{id}/tags", staff.Converse, (*api).tagConversation),
	read("/support/queue", staff.Converse, (*api).showQueue),
	read("/support/closed", staff.Converse, (*api).showClosed),
	write("/conversations/{id}/receipts", staff.Converse, (*api).linkReceipt),
	write("/conversations/{id}/receipts/{receipt}/verify", staff.Converse, (*api).verifyAgain),
	write("/conversations/{id}/grants", staff.GrantPoints, (*api).grantPoints),
	read("/conversations/{id}/templates", staff.Converse, (*api).offerTemplates),
	write("/conversations/{id}/templates", staff.Converse, (*api).sendTemplate),
	read("/conversations/{id}/steps", staff.Converse, (*api).listTargets),
	write("/conversations/{id}/presence", staff.Converse, (*api).beHere),
	read("/conversations/{id}/notes", staff.Converse, (*api).listNotes),
	write("/conversations/{id}/notes", staff.Converse, (*api).writeNote),
	read("/conversations/{id}/canned-replies", staff.Converse, (*api).offerCanned),
	read("/canned-replies", staff.Converse, (*api).listCanned),
	write("/canned-replies", staff.Converse, (*api).addCanned),
	write("/canned-replies/{id}", staff.Converse, (*api).changeCanned),
	write("/canned-replies/{id}/drop", staff.Converse, (*api).dropCanned),
	read("/funnels/{flow}", staff.ReadAnswers, (*api).showFunnel), // to the person, of any segment and place: who may not see that has /reports/today
	read("/entries", staff.ReadAnswers, (*api).listEntries),       // as funnels: of any days, whose difference tells a single person
	read("/slo", staff.ReadReports, (*api).showSLO),
	read("/reports/today", staff.ReadReports, (*api).showToday),
	stream("/reports/today.csv", staff.ReadReports, (*api).exportToday),
	read("/surveys", staff.ReadReports, (*api).listSurveys),
	read("/surveys/{survey}/results", staff.ReadReports, (*api).showResults),
	stream("/surveys/{survey}/answers.csv", staff.ReadAnswers, (*api).exportAnswers), // a line a person
	write("/surveys/{survey}/links", staff.SendSurveys, (*api).makeLink),
	write("/receipts", staff.RegisterReceipts, (*api).registerReceipt),
	write("/receipts/{id}/decision", staff.ReviewReceipts, (*api).decideReceipt),
	read("/receipts/{id}/goods", staff.ReviewReceipts, (*api).showGoods),
	write("/receipts/{id}/goods", staff.ReviewReceipts, (*api).correctLine),
	write("/reviews/{id}/product", staff.ReviewReceipts, (*api).decideName),
	read("/places", staff.ReviewReceipts, (*api).listPlaces),
	read("/receipts/{id}/place", staff.ReviewReceipts, (*api).showPlace),
	write("/receipts/{id}/place", staff.ReviewReceipts, (*api).correctPlace),
	write("/reviews/{id}/place", staff.ReviewReceipts, (*api).decidePlace),
	write("/receipts/{id}/revocation", staff.ReviewReceipts, (*api).revokeReceipt),
	read("/receipts/{id}/messages", staff.RegisterReceipts, (*api).showMessages),
	write("/receipts/{id}/refunds", staff.ReviewReceipts, (*api).refundReceipt),
	read("/receipts/{id}/why", staff.ReviewReceipts, (*api).showWhy),
	write("/simulate", staff.Publish, (*api).simulate),
	write("/forecast", staff.Publish, (*api).foresee),
	read("/releases", staff.ReadScripts, (*api).listReleases),
	read("/releases/diff", staff.ReadScripts, (*api).showDiff),
	read("/releases/{id}", staff.ReadScripts, (*api).showRelease),
	read("/releases/{id}/files", staff.ReadScripts, (*api).listReleaseFiles),
	stream("/releases/{id}/file", staff.ReadScripts, (*api).showReleaseFile),
	showing(write("/releases/{id}/back", staff.Publish, (*api).goBack), (*api).showLive),
	read("/drafts", staff.ReadScripts, (*api).listDrafts),
	write("/drafts", staff.Publish, (*api).openDraft),
	read("/drafts/{id}", staff.Publish, (*api).showDraft),
	stream("/drafts/{id}/file", staff.Publish, (*api).showDraftFile),
	holding(write("/drafts/{id}/file", staff.Publish, (*api).writeDraftFile), maxFile),
	read("/drafts/{id}/sheet", staff.Publish, (*api).showSheet),
	showing(write("/drafts/{id}/publish", staff.Publish, (*api).publishDraft), (*api).showLive),
	write("/drafts/{id}/rebase", staff.Publish, (*api).rebaseDraft),
	write("/drafts/{id}/close", staff.Publish, (*api).closeDraft),
	read("/campaigns", staff.ReadReports, (*api).listCampaigns),
	write("/campaigns/{campaign}/state", staff.PauseCampaigns, (*api).moveCampaign),
	read("/prizes", staff.ReadPrizes, (*api).listPrizes),
	write("/prizes/{prize}/stock", staff.StockPrizes, (*api).changeStock),
	write("/prizes/pools/{pool}/codes", staff.StockPrizes, (*api).addCodes),
	read("/orders", staff.ServePrizes, (*api).listOrders),
	write("/orders", staff.ServePrizes, (*api).reservePrize),
	read("/orders/{id}", staff.ServePrizes, (*api).showOrder),
	write("/orders/{id}/confirm", staff.ServePrizes, (*api).confirmOrder),
	showing(write("/orders/{id}/address", staff.ServePrizes, (*api).openAddress), (*api).showAddress),
	write("/orders/{id}/ship", staff.ServePrizes, (*api).shipOrder),
	write("/orders/{id}/deliver", staff.ServePrizes, (*api).deliverOrder),
	write("/orders/{id}/give", staff.ServePrizes, (*api).giveOrder),
	write("/orders/{id}/cancel", staff.ServePrizes, (*api).cancelOrder),
	write("/handovers", staff.ServePrizes, (*api).handOver),
	read("/staff", staff.ManageStaff, (*api).listStaff),
	showing(write("/staff", staff.ManageStaff, (*api).admitColleague), (*api).showLink),
	read("/staff/{id}", staff.ManageStaff, (*api).showColleague),
	showing(write("/staff/{id}/link", staff.ManageStaff, (*api).linkColleague), (*api).showLink),
	write("/staff/{id}/roles", staff.ManageStaff, (*api).setColleagueRoles),
	write("/staff/{id}/suspend", staff.ManageStaff, (*api).suspendColleague),
	write("/staff/{id}/return", staff.ManageStaff, (*api).returnColleague),
	write("/staff/{id}/leave", staff.ManageStaff, (*api).leaveColleague),
	write("/staff/{id}/sign-out", staff.ManageStaff, (*api).signOutColleague),
	read("/audit", staff.ReadAudit, (*api).listActs),
	read("/webhooks", staff.ManageWebhooks, (*api).listWebhooks),
	showing(write("/webhooks", staff.ManageWebhooks, (*api).makeWebhook), (*api).showSecret),
	read("/webhooks/{id}", staff.ManageWebhooks, (*api).showWebhook),
	write("/webhooks/{id}", staff.ManageWebhooks, (*api).changeWebhook),
	showing(write("/webhooks/{id}/secret", staff.ManageWebhooks, (*api).rotateWebhook), (*api).showSecret),
	write("/webhooks/{id}/pause", staff.ManageWebhooks, (*api).pauseWebhook),
	write("/webhooks/{id}/resume", staff.ManageWebhooks, (*api).resumeWebhook),
	write("/webhooks/{id}/remove", staff.ManageWebhooks, (*api).removeWebhook),
	read("/webhooks/{id}/attempts", staff.ManageWebhooks, (*api).listAttempts),
	write("/webhooks/{id}/again", staff.ManageWebhooks, (*api).tellAgain),
}

// route is one address. Exactly one of read, stream and write is set.
type route struct {
	method, path string
	permission   staff.Permission
	read         func(a *api, c call) (any, error)
	stream       func(a *api, c call, w http.ResponseWriter) error
	write        func(a *api, c call) (act, error)
	body         int64                                          // bytes that a write takes; 0: maxBody
	shown        func(a *api, c call, kept []byte) (any, error) // of a write: answered in place of what is kept
}

// act is what a mutation does, in the transaction that also keeps its answer.
type act func(ctx context.Context, tx storage.Tx) (any, error)

// read is a GET that changes nothing.
func read(path string, p staff.Permission, serve func(a *api, c call) (any, error)) route {
	return route{method: http.MethodGet, path: path, permission: p, read: serve}
}

// seek is a POST that changes nothing: what is looked for is personal, and addresses are
// kept by browsers and proxies. It needs no key.
func seek(path string, p staff.Permission, serve func(a *api, c call) (any, error)) route {
	return route{method: http.MethodPost, path: path, permission: p, read: serve}
}

// stream is a GET whose answer is written as it is read: it may be of any length. An
// error comes before its first byte.
func stream(path string, p staff.Permission, serve func(a *api, c call, w http.ResponseWriter) error) route {
	return route{method: http.MethodGet, path: path, permission: p, stream: serve}
}

// write is a POST: prepare reads the request and looks up what it names, and
// the act it returns is done once for each Idempotency-Key.
func write(path string, p staff.Permission, prepare func(a *api, c call) (act, error)) route {
	return route{method: http.MethodPost, path: path, permission: p, write: prepare}
}

// holding is a write whose body may be larger than others.
func holding(r route, bytes int64) route {
	r.body = bytes
	return r
}

// showing is a write whose answer is personal: it is read anew for every call, as what
// is kept for a repeated one lies in the clear and outlives an erasure.
func showing(r route, shown func(a *api, c call, kept []byte) (any, error)) route {
	r.shown = shown
	return r
}
