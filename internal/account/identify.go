package account

import (
	"context"
	"strings"
	"time"

	"yigai/internal/actor"
	"yigai/internal/fault"
)

// ActorOfSession says who is behind a session: one query at most, see Cookies. It fails with an OverError when the session has ended,
// expired, was idle too long, or its account was deactivated. Roles and scope are read each time, so a change of them
// works at the next click.
func (s *Service) ActorOfSession(ctx context.Context, county int32, session int64) (actor.Actor, error) {
	f, err := s.identify(ctx, county, session)
	if fault.IsNotFound(err) {
		return actor.Actor{}, &OverError{}
	}
	if err != nil {
		return actor.Actor{}, err
	}
	now := s.now()
	why := f.session.over(now)
	if why == "" && !f.active {
		why = endedDeactivated
	}
	if why != "" {
		return actor.Actor{}, &OverError{Username: f.actor.Username, why: why}
	}
	if now.Sub(f.session.LastSeen) >= touchEvery {
		if err := touchSession(ctx, s.db, county, session, now); err != nil {
			return actor.Actor{}, err
		}
	}
	return s.may(f), nil
}

// ActorOfToken says for whom an API token asks. Whoever has to change their password still can be asked for by
// their tokens: the program is not the one that has to change it. An account that lost ActionToken is Forbidden.
func (s *Service) ActorOfToken(ctx context.Context, secret string) (actor.Actor, error) {
	if !strings.HasPrefix(secret, tokenMark) {
		return actor.Actor{}, &OverError{}
	}
	f, err := findToken(ctx, s.db, tokenHash(secret))
	if fault.IsNotFound(err) {
		return actor.Actor{}, &OverError{}
	}
	if err != nil {
		return actor.Actor{}, err
	}
	now := s.now()
	if !f.token.Valid(now) || !f.active {
		return actor.Actor{}, &OverError{Username: f.actor.Username}
	}
	who := s.may(f)
	if !f.token.granted && !who.May(ActionToken) {
		return actor.Actor{}, fault.Forbidden("账号“%s”已没有使用接口令牌的权限,请联系管理员", f.actor.Username)
	}
	if f.token.LastUsed == nil || now.Sub(*f.token.LastUsed) >= touchEvery {
		if err := touchToken(ctx, s.db, f.actor.CountyID, f.token.ID, now); err != nil {
			return actor.Actor{}, err
		}
	}
	who.MustChange = false
	return who, nil
}

// identified is what the query behind a session or token found.
type identified struct {
	actor   actor.Actor
	grant   Grant
	region  region
	active  bool
	session Session
	token   Token
}

func (s *Service) may(f identified) actor.Actor {
	f.actor.Actions = s.permissions().Of(f.actor.Roles)
	f.actor.Scope = f.grant.scope(f.region)
	return f.actor
}

// Now is the service's clock, for pages that say what is live.
func (s *Service) Now() time.Time { return s.now() }
