package receipt

// State is where a receipt stands.
type State string

// The states of a receipt. Only Rejected gives the fiscal key back.
const (
	Queued   State = "queued"   // to be asked for, or being asked for
	Waiting  State = "waiting"  // authentic, its contents have not arrived
	Manual   State = "manual"   // a person has to decide; the provider may still come first
	Verified State = "verified" // real; waits for the member's registration or for the crediting loop
	Credited State = "credited" // evaluated, with or without points
	Rejected State = "rejected"
	Revoked  State = "revoked" // credited once; what it brought was taken back

	PartlyRefunded State = "partially_refunded" // credited, and some goods of it came back
	FullyRefunded  State = "refunded"           // credited once; all of it came back
)

// Stands says whether what a receipt of that state brought can be taken back.
func (s State) Stands() bool { return s == Credited || s == PartlyRefunded }

// Outcome is what the one who sent a receipt is told at once.
type Outcome string

// The outcomes of a submission.
const (
	Taken     Outcome = "taken"
	Duplicate Outcome = "duplicate"
	Refused   Outcome = "refused"
)

// Reason says why a submission or a receipt came to nothing, or why a person
// must look. Reasons of the text alone are those of package fiscal, reasons of
// the provider's answer the classes of package verify (forged, format, mismatch,
// too_old, unknown). They are shown through the locale files: do not rename them.
type Reason string

// The reasons that arise here.
const (
	Future         Reason = "future"          // printed later than it is anywhere in Russia
	OutOfPeriod    Reason = "out_of_period"   // no campaign takes a purchase of that instant
	DuplicateOwn   Reason = "duplicate_own"   // this member has sent it
	DuplicateOther Reason = "duplicate_other" // somebody else has; nothing more may be said
	TooMany        Reason = "too_many"        // claims of one member for one fiscal key
	Limit          Reason = "limit"           // the member has sent too many in a day
	NoProvider     Reason = "no_provider"
	Timeout        Reason = "timeout" // not arrived in verify.Patience
	ByStaff        Reason = "staff"   // a person refused it
	Erased         Reason = "erased"  // its member was forgotten before it was credited

	GivenBack Reason = "refunded" // the goods came back to the shop

	// Of a revocation.
	Annulled     Reason = "annulled"      // the tax service does not know it any more
	Fraud        Reason = "fraud"         // a person found it dishonest
	SampleFailed Reason = "sample_failed" // a person of the random sample found it wrong
	StaffError   Reason = "staff_error"   // we credited it by mistake
)
