package clinic

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/pg"
)

// MaxPhotos is how many a clinic can have.
const MaxPhotos = 12

// Photo is a picture of a clinic, without its bytes.
type Photo struct {
	ID            int64
	Title         string
	Width, Height int
	By            string
	At            time.Time
}

// Photos lists those of a clinic in scope, the newest first.
func (s *Service) Photos(ctx context.Context, who actor.Actor, id int64) ([]Photo, error) {
	if _, err := s.Get(ctx, who, id); err != nil {
		return nil, err
	}
	rows, err := s.db.Query(ctx, `SELECT id, title, width, height, by_name, at FROM clinic_photo
		WHERE county_id = $1 AND institution_id = $2 ORDER BY id DESC LIMIT $3`, who.CountyID, id, MaxPhotos)
	if err != nil {
		return nil, fmt.Errorf("list photos of clinic %d: %w", id, err)
	}
	found, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (p Photo, err error) {
		return p, row.Scan(&p.ID, &p.Title, &p.Width, &p.Height, &p.By, &p.At)
	})
	if err != nil {
		return nil, fmt.Errorf("list photos of clinic %d: %w", id, err)
	}
	return found, nil
}

// Picture is the JPEG of one photo of a clinic in scope.
func (s *Service) Picture(ctx context.Context, who actor.Actor, id, photo int64) ([]byte, error) {
	if _, err := s.Get(ctx, who, id); err != nil {
		return nil, err
	}
	var picture []byte
	err := s.db.QueryRow(ctx, `SELECT picture FROM clinic_photo WHERE county_id = $1 AND institution_id = $2 AND id = $3`, who.CountyID, id, photo).Scan(&picture)
	if pg.NoRows(err) {
		return nil, fault.NotFound("这张照片")
	}
	if err != nil {
		return nil, fmt.Errorf("read photo %d: %w", photo, err)
	}
	return picture, nil
}

// AddPhoto keeps an uploaded picture, drawn anew: what the file held besides is gone.
func (s *Service) AddPhoto(ctx context.Context, who actor.Actor, id int64, title string, file []byte) error {
	if err := who.Require(ActionEdit); err != nil {
		return err
	}
	const longest = 60
	if len([]rune(title)) > longest || !printable(title) {
		return fault.Field("title", "说明最多 60 个字")
	}
	picture, width, height, err := redraw(file)
	if err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := one(ctx, tx, who, id)
		if err != nil {
			return err
		}
		tag, err := tx.Exec(ctx, `INSERT INTO clinic_photo (county_id, institution_id, title, picture, width, height, by_name, at)
			SELECT $1, $2, $3, $4, $5, $6, $7, $8
			WHERE (SELECT count(*) FROM clinic_photo WHERE county_id = $1 AND institution_id = $2) < $9`,
			who.CountyID, id, title, picture, width, height, who.Name, s.now(), MaxPhotos)
		if err != nil {
			return fmt.Errorf("store photo of clinic %d: %w", id, err)
		}
		if tag.RowsAffected() == 0 {
			return fault.Field("file", "一家卫生室最多 %d 张照片,请先删去不要的", MaxPhotos)
		}
		return recordPhoto(ctx, tx, who, c, nil, map[string]string{"photo": title})
	})
}

func recordPhoto(ctx context.Context, tx pgx.Tx, who actor.Actor, c Clinic, before, after map[string]string) error {
	e := audit.Entry{Action: ActionEdit, Kind: "clinic_photo", ID: strconv.FormatInt(c.ID, 10), Name: c.Name, InstitutionID: c.ID}
	if before != nil {
		e.Before = before
	}
	if after != nil {
		e.After = after
	}
	return audit.Record(ctx, tx, who, e)
}

// RemovePhoto takes a photo away.
func (s *Service) RemovePhoto(ctx context.Context, who actor.Actor, id, photo int64) error {
	if err := who.Require(ActionEdit); err != nil {
		return err
	}
	return pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		c, err := one(ctx, tx, who, id)
		if err != nil {
			return err
		}
		var title string
		err = tx.QueryRow(ctx, `DELETE FROM clinic_photo WHERE county_id = $1 AND institution_id = $2 AND id = $3 RETURNING title`, who.CountyID, id, photo).Scan(&title)
		if pg.NoRows(err) {
			return fault.NotFound("这张照片")
		}
		if err != nil {
			return fmt.Errorf("remove photo %d: %w", photo, err)
		}
		return recordPhoto(ctx, tx, who, c, map[string]string{"photo": title}, nil)
	})
}
