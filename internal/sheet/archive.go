package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"compress/flate"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// shellPart is one part of a workbook that is made before its rows.
type shellPart struct {
	name string
	body *bytes.Buffer
}

// shellParts takes the parts from the library in the place of its zip writer.
type shellParts []shellPart

// Create adds a part.
func (s *shellParts) Create(name string) (io.Writer, error) {
	body := &bytes.Buffer{}
	*s = append(*s, shellPart{name, body})
	return body, nil
}

// AddFS is part of what the library asks for; a workbook holds no files of others.
func (s *shellParts) AddFS(fs.FS) error { return errors.New("a workbook takes no other files") }

// Close has nothing to finish.
func (s *shellParts) Close() error { return nil }

// archive is the xlsx on its way into a temporary file: the other parts first, then the worksheet, row by row.
type archive struct {
	to    io.Writer
	file  *os.File
	zip   *zip.Writer
	rows  *bufio.Writer
	after []byte // of the worksheet, below the rows
}

const worksheetPart = "xl/worksheets/sheet1.xml"

var rowsEnd = []byte("</sheetData>")

func newArchive(to io.Writer, around shellParts) (*archive, error) {
	file, err := os.CreateTemp("", "yigai-sheet-")
	if err != nil {
		return nil, fmt.Errorf("make room for workbook: %w", err)
	}
	a := &archive{to: to, file: file, zip: zip.NewWriter(file)}
	// Without a name the file cannot outlive the process.
	if err := errors.Join(os.Remove(file.Name()), a.open(around)); err != nil {
		return nil, errors.Join(err, a.close())
	}
	return a, nil
}

// open writes all parts, the worksheet last and up to its first row.
func (a *archive) open(around shellParts) error {
	// The rows of a table are much alike: the fastest level makes them a tenth larger than the usual one, in a third of the time.
	a.zip.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	var worksheet []byte
	for _, p := range around {
		if p.name == worksheetPart {
			worksheet = p.body.Bytes()
			continue
		}
		part, err := a.create(p.name)
		if err != nil {
			return err
		}
		if _, err := part.Write(p.body.Bytes()); err != nil {
			return err
		}
	}
	before, after, found := bytes.Cut(worksheet, rowsEnd)
	if !found {
		return errors.New("the worksheet has no place for rows")
	}
	part, err := a.create(worksheetPart)
	if err != nil {
		return err
	}
	a.rows, a.after = bufio.NewWriterSize(part, 1<<16), after
	return a.write(before)
}

// create adds a part. All have the same time.
func (a *archive) create(name string) (io.Writer, error) {
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: fixedTime})
}

func (a *archive) write(xml []byte) error {
	_, err := a.rows.Write(xml)
	return err
}

// finish ends the worksheet and hands the whole archive over.
func (a *archive) finish() error {
	if err := errors.Join(a.write(rowsEnd), a.write(a.after), a.rows.Flush(), a.zip.Close()); err != nil {
		return err
	}
	if _, err := a.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := io.Copy(a.to, a.file)
	return err
}

func (a *archive) close() error { return a.file.Close() }
