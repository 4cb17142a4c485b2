package notice

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/jackc/pgx/v5"

	"yigai/internal/actor"
	"yigai/internal/audit"
	"yigai/internal/fault"
	"yigai/internal/gateway"
	"yigai/internal/pg"
)

// Wish names one kind by one channel.
type Wish struct{ Kind, Channel string }

// Preference is which kinds a person wants by which channel, and where they are reached.
type Preference struct {
	Wanted  map[Wish]bool     // for every kind and channel
	Reached map[string]string // masked address by channel; none where nothing is given
}

// Preference returns who's own.
func (s *Service) Preference(ctx context.Context, who actor.Actor) (Preference, error) {
	p := Preference{Wanted: map[Wish]bool{}}
	for _, k := range Kinds {
		p.Wanted[Wish{k.Name, Inbox}] = true
		for _, c := range gateway.Titles {
			p.Wanted[Wish{k.Name, c.Name}] = k.Urgent
		}
	}
	rows, err := s.db.Query(ctx, `SELECT kind, channel, wanted FROM message_preference WHERE county_id = $1 AND account_id = $2`, who.CountyID, who.AccountID)
	if err != nil {
		return p, fmt.Errorf("read preference: %w", err)
	}
	var w Wish
	var wanted bool
	if _, err := pgx.ForEachRow(rows, []any{&w.Kind, &w.Channel, &wanted}, func() error { p.Wanted[w] = wanted; return nil }); err != nil {
		return p, fmt.Errorf("read preference: %w", err)
	}
	p.Reached, err = readReached(ctx, s.db, who)
	return p, err
}

func readReached(ctx context.Context, q pg.Querier, who actor.Actor) (map[string]string, error) {
	rows, err := q.Query(ctx, `SELECT channel, masked FROM message_address WHERE county_id = $1 AND account_id = $2`, who.CountyID, who.AccountID)
	if err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	reached := map[string]string{}
	var channel, masked string
	if _, err := pgx.ForEachRow(rows, []any{&channel, &masked}, func() error { reached[channel] = masked; return nil }); err != nil {
		return nil, fmt.Errorf("read addresses: %w", err)
	}
	return reached, nil
}

// PreferenceChange is what a person says about their messages.
type PreferenceChange struct {
	Wanted    map[Wish]bool     // replaces what is stored for these
	Addresses map[string]string // by channel; "" leaves what is there
	Forget    []string          // channels whose address is deleted
}

// SavePreference stores who's own wishes; addresses are sealed and appear masked from then on.
func (s *Service) SavePreference(ctx context.Context, who actor.Actor, c PreferenceChange) error {
	given, err := c.check()
	if err != nil {
		return err
	}
	err = pg.Tx(ctx, s.db, func(tx pgx.Tx) error {
		before, err := readReached(ctx, tx, who)
		if err != nil {
			return err
		}
		if err := writeWishes(ctx, tx, who, c.Wanted); err != nil {
			return err
		}
		if err := s.writeAddresses(ctx, tx, who, given, c.Forget); err != nil {
			return err
		}
		after, err := readReached(ctx, tx, who)
		if err != nil {
			return err
		}
		return audit.Record(ctx, tx, who, audit.Entry{Action: "notice.preference", Kind: "message_preference", ID: fmt.Sprint(who.AccountID),
			Name: who.Name, InstitutionID: who.InstitutionID, Before: before, After: after})
	})
	if err != nil {
		return fmt.Errorf("save preference: %w", err)
	}
	return nil
}

func writeWishes(ctx context.Context, q pg.Querier, who actor.Actor, wanted map[Wish]bool) error {
	b := &pgx.Batch{}
	for w, yes := range wanted {
		b.Queue(`INSERT INTO message_preference (county_id, account_id, kind, channel, wanted) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (county_id, account_id, kind, channel) DO UPDATE SET wanted = EXCLUDED.wanted`, who.CountyID, who.AccountID, w.Kind, w.Channel, yes)
	}
	if err := q.SendBatch(ctx, b).Close(); err != nil {
		return fmt.Errorf("write preference: %w", err)
	}
	return nil
}

func (s *Service) writeAddresses(ctx context.Context, q pg.Querier, who actor.Actor, given map[string]string, forget []string) error {
	_, err := q.Exec(ctx, `DELETE FROM message_address WHERE county_id = $1 AND account_id = $2 AND channel = ANY($3)`, who.CountyID, who.AccountID, forget)
	if err != nil {
		return fmt.Errorf("forget addresses: %w", err)
	}
	for channel, address := range given {
		sealed, err := s.out.Box.Seal(address)
		if err != nil {
			return err
		}
		_, err = q.Exec(ctx, `INSERT INTO message_address (county_id, account_id, channel, sealed, masked) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (county_id, account_id, channel) DO UPDATE SET sealed = EXCLUDED.sealed, masked = EXCLUDED.masked`,
			who.CountyID, who.AccountID, channel, sealed, mask(channel, address))
		if err != nil {
			return fmt.Errorf("write address: %w", err)
		}
	}
	return nil
}

var (
	mobile  = regexp.MustCompile(`^1[3-9][0-9]{9}$`)
	wecomID = regexp.MustCompile(`^[A-Za-z0-9_.@-]{1,64}$`)
)

// check reads the addresses that were typed and refuses kinds and channels that are not there.
func (c PreferenceChange) check() (map[string]string, error) {
	var problems []fault.Problem
	given := map[string]string{}
	for channel, typed := range c.Addresses {
		typed = strings.TrimSpace(typed)
		if typed == "" {
			continue
		}
		if why := wrongAddress(channel, typed); why != "" {
			problems = append(problems, fault.Problem{Field: channel, Message: why})
		}
		given[channel] = typed
	}
	for w := range c.Wanted {
		_, known := KindOf(w.Kind)
		if !known || w.Channel != Inbox && gateway.Title(w.Channel) == w.Channel {
			problems = append(problems, fault.Problem{Message: "没有这种消息或渠道,请刷新页面"})
		}
	}
	if len(problems) > 0 {
		slices.SortFunc(problems, func(a, b fault.Problem) int { return strings.Compare(a.Field, b.Field) })
		return nil, fault.Invalid(problems...)
	}
	return given, nil
}

func wrongAddress(channel, typed string) string {
	switch channel {
	case gateway.SMS:
		if !mobile.MatchString(typed) {
			return "手机号应为 11 位数字"
		}
	case gateway.WeCom:
		if !wecomID.MatchString(typed) {
			return "企业微信账号只含字母、数字和 _ . @ -,最多 64 个"
		}
	case gateway.Email:
		if strings.ContainsFunc(typed, func(c rune) bool { return c > unicode.MaxASCII }) { // few mail servers take others
			return "邮箱只能用英文字母、数字和符号,应如 name@example.cn"
		}
		if a, err := mail.ParseAddress(typed); err != nil || a.Address != typed || len(typed) > 120 {
			return "邮箱应如 name@example.cn"
		}
	default:
		return "没有这种渠道"
	}
	return ""
}

// mask keeps enough for the person to know their own.
func mask(channel, address string) string {
	switch name, domain, _ := strings.Cut(address, "@"); channel {
	case gateway.SMS:
		return address[:3] + "****" + address[len(address)-4:]
	case gateway.Email:
		return name[:1] + "***@" + domain
	}
	return address[:1] + "***"
}
