"""The reviewer's terminal."""
