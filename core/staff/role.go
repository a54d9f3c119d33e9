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
	RegisterReceipts Permission = "receipts.register" // take a shopper's receipt in
	ReviewReceipts   Permission = "receipts.review"   // decide what no service could
	Converse         Permission = "conversations.hold"
	ReadReports      Permission = "reports.read" // sums and counts, nobody's name
	ReadAnswers      Permission = "answers.read" // what members wrote to surveys
	SpendPoints      Permission = "points.spend" // reserve and spend a member's points, at their wish
	GivePoints       Permission = "points.give"  // that no receipt earned
	SendSurveys      Permission = "surveys.send" // a link by which a member's survey is answered
	ReadPrizes       Permission = "prizes.read"  // what there is, and how much
	StockPrizes      Permission = "prizes.stock" // change how much there is
	ServePrizes      Permission = "prizes.serve" // members' orders: hand over, send, cancel
	ServeCards       Permission = "cards.serve"  // at a member's wish: a card, another number, what they want to be written by
	ChangeCards      Permission = "cards.change" // a card's status
	ReadScripts      Permission = "releases.read"
	Publish          Permission = "releases.publish"
	PauseCampaigns   Permission = "campaigns.pause" // and let them go on
	HoldDraws        Permission = "draws.hold"
	ReadAudit        Permission = "audit.read"
	ManageStaff      Permission = "staff.manage"
)

// permissions is the whole table. The organiser sees no person, the auditor
// changes nothing.
var permissions = map[Role][]Permission{
	Owner: {
		ReadMembers, RegisterReceipts, ReviewReceipts, Converse, ReadReports, ReadAnswers, SpendPoints, GivePoints, SendSurveys, ReadPrizes, StockPrizes, ServePrizes, ServeCards, ChangeCards, ReadScripts, Publish, PauseCampaigns, HoldDraws, ReadAudit, ManageStaff,
	},
	Organiser:    {ReadReports, PauseCampaigns},
	Marketer:     {ReadReports, ReadAnswers, GivePoints, SendSurveys, ReadPrizes, StockPrizes, ReadScripts, Publish, PauseCampaigns},
	Operator:     {ReadMembers, Converse, SendSurveys, ReadPrizes, ServePrizes, ServeCards, ChangeCards},
	Reviewer:     {ReadMembers, ReviewReceipts, ChangeCards},
	Registrar:    {ReadMembers, RegisterReceipts, SpendPoints, ReadPrizes, ServePrizes, ServeCards},
	DrawDirector: {ReadReports, HoldDraws},
	Auditor:      {ReadMembers, ReadReports, ReadPrizes, ReadScripts, ReadAudit},
}

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
