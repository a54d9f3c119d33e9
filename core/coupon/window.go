package coupon

import (
	"fmt"
	"time"
)

// Window is the time whose receipts add up in a pool, by the purchase instant.
type Window string

// The windows. None adds nothing up: each receipt has a pool of its own.
const (
	None     Window = "none"
	Day      Window = "day"
	Week     Window = "week" // from Monday, ISO 8601
	Month    Window = "month"
	Campaign Window = "campaign"
)

// period names the window that a purchase falls in, by the days of zone.
func (w Window) period(bought time.Time, zone *time.Location, receipt int64) (string, error) {
	local := bought.In(zone)
	switch w {
	case None:
		return fmt.Sprintf("receipt/%d", receipt), nil
	case Day:
		return local.Format(time.DateOnly), nil
	case Week:
		year, week := local.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week), nil
	case Month:
		return local.Format("2006-01"), nil
	case Campaign:
		return "", nil
	}
	return "", fmt.Errorf("no window is called %q", w)
}
