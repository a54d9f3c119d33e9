package staff

import "slices"

// Role is a kind of work. A person may have several.
type Role string

// The eight roles.
const (
	Owner        Role = "owner"
	Organiser    Role = "organiser"
	Marketer     Role = "marketer"
	Operator     Role = "operator"
	Reviewer     Role = "reviewer"
	Registrar    Role = "registrar"
	DrawDirector Role = "draw_director"
	Auditor      Role = "auditor"
)

// Permission is one thing that some may do and others not. Every route of the
// API names the one it asks for.
type Permission string

// The permissions.
const (
	ReadMembers      Permission = "members.read"      // one member's card; phones are masked
	EditMembers      Permission = "members.edit"      // their profile and consents, at their wish
	RevealMembers    Permission = "members.reveal"    // a name and a phone in clear, for a reason that stays in the log
	EraseMembers     Permission = "members.erase"     // for ever
	ImportMembers    Permission = "members.import"    // of a list, with what the people in it agreed to
	RegisterReceipts Permission = "receipts.register" // take a shopper's receipt in
	ReviewReceipts   Permission = "receipts.review"   // decide what no service could
	Converse         Permission = "conversations.hold"
	ReadReports      Permission = "reports.read"  // sums and counts, nobody's name
	ReadAnswers      Permission = "answers.read"  // what members wrote to surveys
	SpendPoints      Permission = "points.spend"  // reserve and spend a member's points, at their wish
	GivePoints       Permission = "points.give"   // that no receipt earned
	GrantPoints      Permission = "points.grant"  // to whom one talks with, within GrantToOne and GrantInDay
	SendSurveys      Permission = "surveys.send"  // a link by which a member's survey is answered
	ReadPrizes       Permission = "prizes.read"   // what there is, and how much
	StockPrizes      Permission = "prizes.stock"  // change how much there is
	ServePrizes      Permission = "prizes.serve"  // members' orders: hand over, send, cancel
	ServeCards       Permission = "cards.serve"   // at a member's wish: a card, another number, what they want to be written by
	ChangeCards      Permission = "cards.change"  // a card's status
	ReadScripts      Permission = "releases.read" // scripts as they are in force, and what was published
	Publish          Permission = "releases.publish"
	PauseCampaigns   Permission = "campaigns.pause" // and let them go on
	HoldDraws        Permission = "draws.hold"
	ReadAudit        Permission = "audit.read"
	ManageStaff      Permission = "staff.manage"
	ManageWebhooks   Permission = "webhooks.manage" // who outside is told what happens in conversations
)

// permissions is the whole table. The organiser sees no person, the auditor
// changes nothing.
var permissions = map[Role][]Permission{
	Owner: {
		ReadMembers, EditMembers, RevealMembers, EraseMembers, ImportMembers, RegisterReceipts, ReviewReceipts, Converse, ReadReports, ReadAnswers, SpendPoints, GivePoints, GrantPoints, SendSurveys, ReadPrizes, StockPrizes, ServePrizes, ServeCards, ChangeCards, ReadScripts, Publish, PauseCampaigns, HoldDraws, ReadAudit, ManageStaff, ManageWebhooks,
	},
	Organiser:    {ReadReports, PauseCampaigns},
	Marketer:     {ReadReports, ReadAnswers, GivePoints, SendSurveys, ReadPrizes, StockPrizes, ReadScripts, Publish, PauseCampaigns},
	Operator:     {ReadMembers, EditMembers, RevealMembers, Converse, GrantPoints, SendSurveys, ReadPrizes, ServePrizes, ServeCards, ChangeCards},
	Reviewer:     {ReadMembers, RevealMembers, ReviewReceipts, ChangeCards},
	Registrar:    {ReadMembers, EditMembers, RegisterReceipts, SpendPoints, ReadPrizes, ServePrizes, ServeCards},
	DrawDirector: {ReadReports, HoldDraws},
	Auditor:      {ReadMembers, ReadReports, ReadPrizes, ReadScripts, ReadAudit},
}

// Limits of what somebody grants who may not GivePoints, in hundredths of bonuses, in 24
// hours. They stand beside the roles and not in the programme: whoever edits the programme
// would set what they may give themselves.
const (
	GrantToOne = 500_00
	GrantInDay = 5_000_00
)

// Roles are all roles, in the order of the table above.
var Roles = []Role{Owner, Organiser, Marketer, Operator, Reviewer, Registrar, DrawDirector, Auditor}

// May says whether any of the person's roles includes p.
func (n Person) May(p Permission) bool {
	for _, r := range n.Roles {
		if slices.Contains(permissions[r], p) {
			return true
		}
	}
	return false
}
