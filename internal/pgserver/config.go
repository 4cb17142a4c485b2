package pgserver

import (
	"fmt"
	"log/slog"
	"path/filepath"
	"strconv"
)

// MinVersion is the oldest major version of PostgreSQL that Yigai works with.
const MinVersion = 14

// Config says where the private database lives and how careful it has to be.
type Config struct {
	DataDir    string       // data folder of the installation; the database is in its subfolder pg
	Log        *slog.Logger // nil: slog.Default()
	FetchedBin string       // folder with the fetched PostgreSQL binaries; empty: DataDir/pgbin
	Durable    bool         // false only for throw-away test data: no fsync

	rootHome string // where the database goes when root's data folder is closed to the user that runs postgres
}

func (c Config) complete() (Config, error) {
	dir, err := filepath.Abs(c.DataDir)
	if err != nil {
		return c, fmt.Errorf("找不到数据目录 %s：%w", c.DataDir, err)
	}
	c.DataDir = dir
	if c.FetchedBin == "" {
		c.FetchedBin = filepath.Join(dir, "pgbin")
	}
	if c.FetchedBin, err = filepath.Abs(c.FetchedBin); err != nil {
		return c, fmt.Errorf("找不到 PostgreSQL 程序目录 %s：%w", c.FetchedBin, err)
	}
	if c.rootHome == "" {
		c.rootHome = "/var/lib/yigai"
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c, nil
}

// parameters are given on the command line, so that every start uses the ones of this program, whatever
// postgresql.conf says.
func (c Config) parameters(socketDir string) []string {
	mem := memoryMB()
	set := map[string]string{
		"listen_addresses":        "",
		"port":                    port,
		"unix_socket_directories": `"` + socketDir + `"`, // quoted for the sake of spaces
		"unix_socket_permissions": "0700",
		"max_connections":         "100",
		"shared_buffers":          megabytes(min(max(mem/16, 64), 1024)),
		"effective_cache_size":    megabytes(max(mem/2, 256)),
		"work_mem":                "16MB",
		"maintenance_work_mem":    megabytes(min(max(mem/32, 64), 512)),
		"max_wal_size":            "2GB",
		"min_wal_size":            "128MB",
		"checkpoint_timeout":      "15min",
		"wal_compression":         "on",
		"random_page_cost":        "1.1",
		"jit":                     "off", // compiling costs more than it saves on short queries
		"logging_collector":       "off",
		"log_line_prefix":         "%m [%p] ",
		"lc_messages":             "C",
	}
	if !c.Durable {
		set["fsync"], set["synchronous_commit"], set["full_page_writes"] = "off", "off", "off"
		set["autovacuum"] = "off" // a worker in the template would hold up every clone
		set["max_connections"], set["shared_buffers"] = "300", "128MB"
		// The log is never read again.
		set["wal_level"], set["max_wal_senders"], set["wal_compression"] = "minimal", "0", "off"
		set["max_wal_size"], set["min_wal_size"] = "256MB", "32MB"
	}
	args := make([]string, 0, 2*len(set))
	for name, value := range set {
		args = append(args, "-c", name+"="+value)
	}
	return args
}

func megabytes(n int) string { return strconv.Itoa(n) + "MB" }
