"""The window around the screens: navigation, banners, actions, theme."""
