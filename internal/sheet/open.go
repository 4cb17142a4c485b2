package sheet

import (
	"fmt"
	"io"
)

// Book is an opened upload. Close it, also after an error of Rows.
type Book struct {
	Format Format
	limits Limits
	tables []table
	close  func() error
}

// table is one worksheet, or the whole of a csv file.
type table struct {
	name   string
	hidden bool
	open   func() (source, error)
}

// source yields the rows of a table from top to bottom and io.EOF at the end.
type source interface {
	next() (row int, cells []string, err error)
	close() error
}

// Open reads r, at most the limit, and recognises what it is by content. A file
// that is not a readable xlsx or csv gives an *Error.
func Open(r io.Reader, limits Limits) (*Book, error) {
	data, err := io.ReadAll(io.LimitReader(r, limits.Bytes+1))
	if err != nil {
		return nil, fmt.Errorf("read upload: %w", err)
	}
	if int64(len(data)) > limits.Bytes {
		return nil, refuse("文件超过 %d MB,请拆分后再上传", limits.Bytes>>20)
	}
	format, err := detect(data)
	if err != nil {
		return nil, err
	}
	if format == XLSX {
		return openXLSX(data, limits)
	}
	return openCSV(data, limits)
}

// Close releases the memory and the temporary files of the book.
func (b *Book) Close() error {
	if b.close == nil {
		return nil
	}
	closing := b.close
	b.close = nil
	return closing()
}
