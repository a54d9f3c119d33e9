package flows

// StopWords are those by which people refuse to be written to, whatever the programme
// adds: nobody who is tired of messages looks a word up. A question that offers one of
// them as an option keeps it.
var StopWords = []string{
	"стоп", "стоп реклама", "стоп рассылка", "стоп смс", "отписаться", "отпишите", "отпишите меня", "отписка",
	"stop", "/stop", "stop ads", "stop sms", "unsubscribe", "/unsubscribe", "opt out", "optout",
}
