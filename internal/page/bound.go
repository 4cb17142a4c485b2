package page

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"yigai/internal/fault"
	"yigai/internal/pg"
)

// tooLongError says that an answer took longer than it may; whoever asks can ask for less.
type tooLongError struct {
	limit time.Duration
	cause error
}

func (e *tooLongError) Error() string {
	return fmt.Sprintf("数据太多,%s内没有查完,请缩小范围(月份、单位)后再试", seconds(e.limit))
}

func (e *tooLongError) Unwrap() error { return e.cause }

func seconds(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d 秒", int(d.Seconds()))
	}
	return fmt.Sprintf("%d 分钟", int(d.Minutes()))
}

// Within ends what a handler asks of the database after a time: one page must not hold a connection that everybody
// else waits for. The database is told to stop, and the reader gets a sentence.
func Within(limit time.Duration, next Handler) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		ctx, cancel := context.WithTimeout(r.Context(), limit)
		defer cancel()
		err := next(w, r.WithContext(ctx))
		late := errors.Is(ctx.Err(), context.DeadlineExceeded) || pg.Stopped(err)
		if err != nil && late && r.Context().Err() == nil {
			return &tooLongError{limit, err}
		}
		return err
	}
}

// sentence is what an error says to the reader, "" when only the log should know.
func sentence(err error) string {
	var late *tooLongError
	if errors.As(err, &late) {
		return late.Error()
	}
	if fault.IsFault(err) {
		return fault.Bare(err).Error()
	}
	return ""
}
