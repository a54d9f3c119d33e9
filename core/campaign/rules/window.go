package rules

import (
	"fmt"
	"time"
)

// Windows of limits, pools and frequencies.
const (
	perReceipt  = "receipt"
	perDay      = "day"
	perWeek     = "week"
	perMonth    = "month"
	perCampaign = "campaign"
)

// wider orders windows.
var wider = map[string]int{perReceipt: 0, perDay: 1, perWeek: 2, perMonth: 3, perCampaign: 4}

// window names the one of its kind that a purchase falls into, by its local day.
func window(kind string, local time.Time) string {
	switch kind {
	case perDay:
		return local.Format(time.DateOnly)
	case perWeek:
		year, week := local.ISOWeek()
		return fmt.Sprintf("%04d-W%02d", year, week)
	case perMonth:
		return local.Format("2006-01")
	}
	return ""
}
