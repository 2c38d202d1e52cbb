// Runs a program of statements with go-sql-driver. Reads one JSON object, and prints a line of JSON for what it saw of each step.
package main

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/go-sql-driver/mysql"
)

type step struct {
	How    string `json:"how"`
	SQL    string `json:"sql"`
	Values []any  `json:"values"`
}

type task struct {
	Port     int    `json:"port"`
	User     string `json:"user"`
	Password string `json:"password"`
	Steps    []step `json:"steps"`
}

func run(connection *sql.Conn, s step) (seen []any) {
	rows, err := connection.QueryContext(context.Background(), s.SQL, s.Values...)
	if err != nil {
		return append(seen, outcome(err))
	}
	defer rows.Close()
	for {
		columns, _ := rows.Columns()
		types, _ := rows.ColumnTypes()
		for index := range types {
			nullable, _ := types[index].Nullable()
			precision, scale, _ := types[index].DecimalSize()
			seen = append(seen, []any{columns[index], types[index].DatabaseTypeName(), nullable, precision, scale})
		}
		for rows.Next() {
			values := make([]sql.RawBytes, len(columns))
			into := make([]any, len(columns))
			for index := range values {
				into[index] = &values[index]
			}
			if err := rows.Scan(into...); err != nil {
				return append(seen, outcome(err))
			}
			row := []any{}
			for _, value := range values {
				if value == nil {
					row = append(row, nil)
				} else {
					row = append(row, fmt.Sprintf("%x", []byte(value)))
				}
			}
			seen = append(seen, row)
		}
		if !rows.NextResultSet() {
			break
		}
	}
	if err := rows.Err(); err != nil {
		seen = append(seen, outcome(err))
	}
	return seen
}

func outcome(err error) string {
	var known *mysql.MySQLError
	if errors.As(err, &known) {
		return fmt.Sprintf("%d %s %s", known.Number, known.SQLState, known.Message)
	}
	return err.Error()
}

func main() {
	var given task
	if err := json.NewDecoder(os.Stdin).Decode(&given); err != nil {
		panic(err)
	}
	address := fmt.Sprintf("%s:%s@tcp(127.0.0.1:%d)/differential?multiStatements=true", given.User, given.Password, given.Port)
	pool, err := sql.Open("mysql", address)
	if err != nil {
		panic(err)
	}
	connection, err := pool.Conn(context.Background())
	if err != nil {
		panic(err)
	}
	output := json.NewEncoder(os.Stdout)
	for _, s := range given.Steps {
		text, _ := json.Marshal(run(connection, s))
		output.Encode(string(text))
	}
}
