"""Run the command line program as `python -m joblint`."""

if __name__ == "__main__":
    from joblint.cli import main  # not at the top: importing this module must cost nothing

    main()
