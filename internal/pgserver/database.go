package pgserver

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Database and Role are the names inside the private PostgreSQL. The role owns the database but is no superuser, as
// with a database that an administrator provides.
const (
	Database = "yigai"
	Role     = "yigai"
)

func (p place) url(role, database string) string {
	u := url.URL{Scheme: "postgres", User: url.User(role), Path: "/" + database}
	// As libpq does, pgx takes a plus sign for itself and not for a space.
	u.RawQuery = strings.ReplaceAll(url.Values{"host": {p.socket}, "port": {port}}.Encode(), "+", "%20")
	return u.String()
}

// ping connects once and asks nothing.
func ping(ctx context.Context, url string) error {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	conn, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	return conn.Close(ctx)
}

// recovering reports whether the server answers that it is not ready yet (cannot_connect_now).
func recovering(err error) bool {
	var e *pgconn.PgError
	return errors.As(err, &e) && e.Code == "57P03"
}

// prepare creates the role and the database when they are not there.
func prepare(ctx context.Context, c Config, p place) error {
	conn, err := pgx.Connect(ctx, p.url(superuser, "postgres"))
	if err != nil {
		return fmt.Errorf("连接刚启动的数据库：%w", err)
	}
	return errors.Join(createDatabase(ctx, c, conn), conn.Close(ctx))
}

func createDatabase(ctx context.Context, c Config, conn *pgx.Conn) error {
	attributes := "LOGIN"
	if !c.Durable {
		attributes += " CREATEDB" // tests clone databases
	}
	for _, s := range []struct{ exists, create string }{
		{"SELECT FROM pg_roles WHERE rolname = '" + Role + "'", "CREATE ROLE " + Role + " " + attributes},
		{"SELECT FROM pg_database WHERE datname = '" + Database + "'", "CREATE DATABASE " + Database + " OWNER " + Role},
	} {
		tag, err := conn.Exec(ctx, s.exists)
		if err == nil && tag.RowsAffected() == 0 {
			_, err = conn.Exec(ctx, s.create)
		}
		if err != nil {
			return fmt.Errorf("在私有数据库里建立 %s：%w", Database, err)
		}
	}
	if c.Durable {
		return nil
	}
	// Every clone leaves rows in the catalogues that all databases share, and autovacuum is off.
	if _, err := conn.Exec(ctx, "VACUUM pg_database, pg_shdepend"); err != nil {
		return fmt.Errorf("整理测试数据库：%w", err)
	}
	return nil
}
