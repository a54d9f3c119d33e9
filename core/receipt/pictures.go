package receipt

import (
	"context"
	"fmt"

	"besedka/storage"
)

// PicturesOf are the photos that receipts were sent as in one conversation, by receipt: of
// several the last. A receipt that came some other way has none.
func PicturesOf(ctx context.Context, q storage.Querier, conversation int64, receipts []int64) (map[int64]string, error) {
	rows, err := storage.Collect[pictureRow](ctx, q, qPictures, conversation, receipts)
	if err != nil {
		return nil, fmt.Errorf("pictures of receipts in conversation %d: %w", conversation, err)
	}
	pictures := make(map[int64]string, len(rows))
	for _, r := range rows {
		pictures[r.Receipt] = r.Photo
	}
	return pictures, nil
}

type pictureRow struct {
	Receipt int64  `db:"receipt_id"`
	Photo   string `db:"photo"`
}

const qPictures = `
select distinct on (n.receipt_id) n.receipt_id, n.blob_id::text as photo
from conversation c join submission n on n.subject_id = c.subject_id
where c.id = $1 and n.receipt_id = any ($2::bigint[]) and n.blob_id is not null
order by n.receipt_id, n.id desc`
