package ledger

// Debt is a policy for an award that is taken back when its points are spent.
type Debt string

// The policies. The zero value is WithinBalance.
const (
	WithinBalance Debt = "within_balance" // take what is available; people decide about what is short
	OnlyPending   Debt = "only_pending"   // take what is not available yet, and leave the member the rest
	AllowNegative Debt = "allow_negative" // the balance goes below zero; the next points pay it first
)
