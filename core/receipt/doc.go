// Package receipt is the life of a receipt from the text of its QR to the points
// on the member's account.
//
//	queued   -> waiting | verified | rejected | manual
//	waiting  -> verified | rejected | manual
//	manual   -> verified | rejected
//	verified -> credited | rejected
//	credited -> revoked
//	credited -> partially_refunded -> refunded | revoked
//
// SubmitTx takes what a shopper or a registrar sends; the loops VerifyStep,
// CreditStep, DeadlineStep, AuditStep and SampleStep do the rest, each step guarded
// in its WHERE clause so that several processes and repeated steps do no harm.
// Nothing is verified but by the provider's answer or a person's recorded decision
// (DecideTx, JudgeTx). What was credited is taken back by RevokeTx, a part of it with the
// goods that came back by RefundTx, and by nobody else; AuditStep looks whether some of
// it still is what it was.
//
// Crediting rides in groups; the order of its locks is that of package campaign.
//
// What a receipt earns is the campaigns' business, how to ask the tax service
// that of package verify.
package receipt
