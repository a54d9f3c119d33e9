package calendar

import "time"

// Promise is how soon people answer, in working time of their Calendar. A time of 0 is
// none.
type Promise struct {
	Calendar
	Answer time.Duration // by which somebody who waits is to be answered
	Return time.Duration // that a holder leaves them unanswered before the queue has them again
	Quiet  time.Duration // on any clock, that somebody who was answered says nothing before the bot has them again
}

// Due is when somebody who waits since then is to be answered; zero when nothing is
// promised.
func (p Promise) Due(since time.Time) time.Time {
	if p.Answer == 0 {
		return time.Time{}
	}
	return p.After(since, p.Answer)
}
