"""The commune's calendar as agents keep it: corrected, completed, compared with what the packages say."""
